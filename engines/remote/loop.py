"""An event loop in a thread of its own, for a worker whose engine waits for a server.

A read that blocks cannot be ended from outside; a task can. The worker's main thread looks for
pieces of the answer and, in between, lets its caller look whether the request was cancelled; the
task that is then cancelled closes its connection on the way out.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from engines.api import Cancelled, Finished, FinishReason

T = TypeVar("T")
Emit = Callable[[str], None]

LOOK_S = 0.02
"""How often a waiting engine looks whether it was cancelled."""
_JOIN_S = 1.0


class LoopThread:
    """Runs coroutines. Close it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="remote-loop", daemon=True)
        self._thread.start()

    def stream(
        self, answer: Callable[[Emit], Coroutine[Any, Any, Finished]], cancelled: Cancelled
    ) -> Generator[str, None, Finished]:
        """Yield what `answer` emits, and an empty piece wherever nothing came for a while.

        The coroutine is cancelled with the request, or when the generator is closed. Raises what
        the coroutine raises.
        """
        inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        done = asyncio.run_coroutine_threadsafe(answer(inbox.put), self._loop)
        done.add_done_callback(lambda _: inbox.put(None))
        try:
            while (piece := _next(inbox)) is not None:
                if cancelled():
                    return Finished(FinishReason.CANCELLED)
                yield piece
            return done.result()
        finally:
            done.cancel()

    def run(self, coroutine: Coroutine[Any, Any, T], cancelled: Cancelled) -> T | None:
        """What the coroutine returns, or None once it was cancelled. Raises what it raises."""
        ended = threading.Event()
        done = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        done.add_done_callback(lambda _: ended.set())
        while not ended.wait(LOOK_S):
            if cancelled():
                done.cancel()
                return None
        return done.result()

    def close(self, last: Coroutine[Any, Any, None] | None = None) -> None:
        """End all that runs, then `last`, then the thread. Waits for a second at most."""
        asyncio.run_coroutine_threadsafe(self._end(last), self._loop)
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    async def _end(self, last: Coroutine[Any, Any, None] | None) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        try:
            if last is not None:
                await last
            await self._loop.shutdown_asyncgens()
        finally:
            self._loop.call_soon(self._loop.stop)


def _next(inbox: queue.SimpleQueue[str | None]) -> str | None:
    try:
        return inbox.get(timeout=LOOK_S)
    except queue.Empty:
        return ""
