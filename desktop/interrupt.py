"""Ctrl-C, for what runs in Qt's event loop."""

from __future__ import annotations

import signal


def end_on_interrupt() -> None:
    """Ctrl-C ends the program at once, as a power cut would, which nothing is lost in.

    Python's own handler would raise in the middle of whatever Qt happens to be calling; while Qt is
    being imported the exception is lost. So call this before that.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
