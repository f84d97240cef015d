"""What a library's blocking `generate` makes in a thread, as pieces of text in another.

Fits the `streamer` and `stopping_criteria` of transformers without importing it: its own streamer
waits for a space before it lets text out, and leaves a reader waiting for ever after an exception.

    generate ──tokens──► queue ──► Pieces ──text──► the worker's main flow
        ▲ is ended from inside: at its next token, or wherever it looks at `go_on`

Tokens are handed on at the pace of `engines.pace`, all but those that the first character may
need: the reading thread, once woken, takes Python's one lock from `generate`.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import Any

from engines.api import Cancelled
from engines.pace import Pace
from engines.pieces import LONGEST_SEQUENCE, Decode, Pieces


class _Ended(Exception):
    """Ends a `generate` that looks at no stopping criterion. Never leaves the thread."""


class TokenStream:
    """One answer. Give it as `streamer`, and its `should_stop` among the stopping criteria."""

    def __init__(
        self, decode: Decode, cancelled: Cancelled, *, prompt_read: Callable[[], None] | None = None
    ) -> None:
        """`prompt_read` is called once, in the thread of `run`, when the first token is there."""
        self.ids: list[int] = []
        """Of the answer, so far."""
        self.prompt_tokens = 0
        self.encode_ms: float | None = None
        """From `run` until the library had made token ids of the prompt."""
        self._began_s = 0.0
        self._pieces = Pieces(decode)
        self._cancelled = cancelled
        self._prompt_read = prompt_read
        self._prompt_seen = False
        self._pace = Pace()
        self._made = 0
        self._fresh: list[int] = []  # not handed on yet
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[list[int] | None] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    # What the library calls, in the thread of `run`.

    def put(self, value: Any) -> None:
        """Take token ids in, a tensor of shape `(n,)` or `(1, n)`; the first are the prompt's."""
        self.go_on()
        ids = [int(number) for number in value.reshape(-1).tolist()]
        if not self._prompt_seen:
            self._prompt_seen, self.prompt_tokens = True, len(ids)
            self.encode_ms = (time.perf_counter() - self._began_s) * 1000
            return
        if self._prompt_read is not None:
            self._prompt_read()
            self._prompt_read = None
        self._fresh += ids
        self._made += len(ids)
        if self._pace.due() or self._made <= LONGEST_SEQUENCE:
            self._hand_on()

    def end(self) -> None:
        """The library says that this was all; `run` knows better."""

    def go_on(self, *_: object) -> None:
        """Where nobody waits any longer, this raises what ends `generate`."""
        if self.should_stop():
            raise _Ended

    def should_stop(self, *_: object, **__: object) -> bool:
        return self._stop.is_set() or self._cancelled()

    # What the engine calls.

    def run(self, generate: Callable[[], object]) -> None:
        """Call `generate` in a thread."""
        assert self._thread is None
        self._began_s = time.perf_counter()
        self._thread = threading.Thread(
            target=self._run, args=(generate,), name="generate", daemon=True
        )
        self._thread.start()

    def pieces(self) -> Generator[str, None, None]:
        """Yield text as it comes; raise what `generate` raised. Whoever leaves early ends it too.

        `generate` may still be at work then, at most until its next token: `join`.
        """
        try:
            while (ids := self._queue.get()) is not None:
                self.ids += ids
                if certain := self._pieces.add(ids):
                    yield certain
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
            self._hand_on()
            self._queue.put(None)

    def _hand_on(self) -> None:
        if self._fresh:
            self._queue.put(self._fresh)
            self._fresh = []
