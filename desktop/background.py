"""What takes time: done in a small pool of threads, gone on with in the window's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from desktop import problems
from ui.state import Problem

T = TypeVar("T")
R = TypeVar("R")


class Background:
    """Two at a time. Belongs to the window's thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="background")

    def later(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Work in the background, go on in the window's thread; bugs are raised there."""
        future: Future[T] = self._pool.submit(work)

        def deliver() -> None:
            error = future.exception()
            if error is None:
                done(future.result())
            else:
                failed(problems.from_exception(error, action="Try again"))

        future.add_done_callback(lambda _: None if future.cancelled() else self._post(deliver))

    def close(self) -> None:
        """Wait for what runs; what has not begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Wishes:
    """Background work for a page that only shows the newest: nothing comes of what was dropped."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._age = 0

    def drop(self) -> None:
        """What was begun so far is no longer wished for."""
        self._age += 1

    def later(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """As that of `Background`, unless it is dropped before it is done."""
        age = self._age

        def wished(then: Callable[[R], None]) -> Callable[[R], None]:
            return lambda outcome: then(outcome) if age == self._age else None

        self._background.later(work, wished(done), wished(failed))
