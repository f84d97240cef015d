"""What a library's blocking `generate` makes in a thread, as pieces of text in another.

Fits the `streamer` and `stopping_criteria` of transformers without importing it: its own streamer
waits for a space before it lets text out, and leaves a reader waiting for ever after an exception.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from engines.api import Cancelled
from engines.pieces import Decode, Pieces

_POLL_S = 0.02


class _Ended(Exception):
    """Ends a `generate` that looks at no stopping criterion. Never leaves the thread."""


class TokenStream:
    """One answer. Give it as `streamer`, and its `should_stop` among the stopping criteria."""

    def __init__(self, decode: Decode) -> None:
        self.ids: list[int] = []
        """Of the answer, so far."""
        self.prompt_tokens = 0
        self.encode_ms: float | None = None
        """From `run` until the library had made token ids of the prompt."""
        self._began_s = 0.0
        self._pieces = Pieces(decode)
        self._prompt_seen = False
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[list[int] | None] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    # What the library calls, in the thread of `run`.

    def put(self, value: Any) -> None:
        """Take token ids in, a tensor of shape `(n,)` or `(1, n)`; the first are the prompt's."""
        if self._stop.is_set():
            raise _Ended
        ids = [int(number) for number in value.reshape(-1).tolist()]
        if self._prompt_seen:
            self._queue.put(ids)
        else:
            self._prompt_seen, self.prompt_tokens = True, len(ids)
            self.encode_ms = (time.perf_counter() - self._began_s) * 1000

    def end(self) -> None:
        """The library says that this was all; `run` knows better."""

    def should_stop(self, *_: object, **__: object) -> bool:
        return self._stop.is_set()

    # What the engine calls.

    def run(self, generate: Callable[[], object]) -> None:
        """Call `generate` in a thread."""
        assert self._thread is None
        self._began_s = time.perf_counter()
        self._thread = threading.Thread(
            target=self._run, args=(generate,), name="generate", daemon=True
        )
        self._thread.start()

    def pieces(self, cancelled: Cancelled) -> Generator[str, None, None]:
        """Yield text as it comes. Returns soon after a cancel; raises what `generate` raised.

        After a cancel `generate` may still be at work, at most until its next token: `join`.
        """
        try:
            while not cancelled():
                try:
                    ids = self._queue.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if ids is None:
                    break
                self.ids += ids
                if certain := "".join(map(self._pieces.add, ids)):
                    yield certain
            else:
                return
        finally:
            self._stop.set()
        self.join()
        if self._error is not None:
            raise self._error
        if rest := self._pieces.end():
            yield rest

    def join(self) -> None:
        """Wait until `generate` is over: nothing else may use the model before."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, generate: Callable[[], object]) -> None:
        try:
            with contextlib.suppress(_Ended):
                generate()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._error = error
        finally:
            self._queue.put(None)
