"""Futures that only their maker settles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def new_future() -> Future[T]:
    """A future that its holder cannot cancel from under us."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()
    return future


def settle(future: Future[T], work: Callable[[], T]) -> None:
    """Settle `future` with what `work` returns or raises."""
    try:
        outcome = work()
    except Exception as error:  # noqa: BLE001 - our bug, too, belongs to who waits for the outcome
        future.set_exception(error)
    else:
        future.set_result(outcome)


def all_of(futures: Sequence[Future[None]]) -> Future[None]:
    """Settled once all are; failed with the first failure, in their order."""
    whole: Future[None] = new_future()
    lock = threading.Lock()
    left = len(futures)

    def one_less(_: Future[None]) -> None:
        nonlocal left
        with lock:
            left -= 1
            if left:
                return
        error = next((e for e in (future.exception() for future in futures) if e), None)
        if error is None:
            whole.set_result(None)
        else:
            whole.set_exception(error)

    for future in futures:
        future.add_done_callback(one_less)
    return whole
