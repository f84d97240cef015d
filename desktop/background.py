"""What takes time: done in a small pool of threads, gone on with in the window's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from desktop import problems
from ui.state import Problem

T = TypeVar("T")


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
