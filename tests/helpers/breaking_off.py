"""A pytest plugin: told to end, it puts away what the tests have started, and then ends.

Loaded by `.ci/tests`. What a shell starts in the background is deaf to Ctrl-C, and Python believes
that it was meant to be; a SIGTERM ends Python on the spot. Either way servers, workers and windows
of the test at hand would be left.
"""

from __future__ import annotations

import signal
from types import FrameType

import pytest

_session: pytest.Session | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    global _session
    _session = session
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _break_off)


def _break_off(_number: int, _frame: FrameType | None) -> None:
    # Ctrl-C comes twice, from the terminal and from the shell: the second must not break off the
    # tidying up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _know_already)
    if _session is not None:
        # Raised inside Qt's loop it would only fail the test, and the next one would start.
        _session.shouldstop = "told to end"
    raise KeyboardInterrupt


def _know_already(_number: int, _frame: FrameType | None) -> None:
    """Not SIG_IGN, which every process started from here would inherit."""
