"""The one bridge from other threads into the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class WindowThread(QObject):
    """Runs callables in the thread that made it, in the order they were posted.

    Recorder, workers and checks call `post` from their own threads; everything that touches
    widgets, the session or the database connection runs here.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon in the window's thread; from any thread. Silent after `close`."""
        if self._open:
            self._posted.emit(call)

    def close(self) -> None:
        """What is still queued, or posted later, is dropped: its window is gone."""
        self._open = False

    def _run(self, call: Callable[[], None]) -> None:
        if self._open:
            call()
