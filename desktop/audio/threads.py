"""Work in a thread of its own, with a future for its outcome; and not waiting for it for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from desktop.audio.problems import AudioUnavailable

T = TypeVar("T")
CLOSE_S = 5.0


def in_thread(name: str, work: Callable[[], T]) -> Future[T]:
    """Run `work` in a new daemon thread called `name`; its result or error is in the future.

    A daemon thread, because a sound system that hangs inside a call must not keep the program from
    ending.
    """
    future: Future[T] = Future()

    def run() -> None:
        future.set_running_or_notify_cancel()
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever holds the future
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future


def wait_until_closed(closing: Future[None]) -> None:
    """At the end of the program: wait for a microphone or a loudspeaker, `CLOSE_S` at most.

    What a hanging sound system holds, it holds until this process has ended, and nobody is left to
    be told of it.
    """
    with suppress(AudioUnavailable, TimeoutError):
        closing.result(CLOSE_S)
