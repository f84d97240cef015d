"""A window that measures its own start and tells it on stdout, for `cold_start`.

    start_child.py window    `main.py` without arguments, until its first page takes keys; then its
                             memory once the microphone hears, and the window is closed
    start_child.py bare      an empty QWidget, the same way

A key that means nothing is sent to the window when the page is first painted, the way a keyboard
would; when the page gets it, everything has been painted and the event loop has turned.
"""

from __future__ import annotations

import json
import os
import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

SETTLED_MS = 1_000
"""After the microphone has been opened; the engines' processes start beside."""
PATIENCE_S = 5.0


class Watch(QObject):
    """Sees every event until the page takes keys."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._page_class = page
        self._page: QWidget | None = None
        self.told: dict[str, float] = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.Paint and self._page is None:
            if type(watched).__name__ == self._page_class:
                assert isinstance(watched, QWidget)
                self._page = watched
                key = QKeyEvent(kind.KeyPress, Qt.Key.Key_F35, Qt.KeyboardModifier.NoModifier)
                QCoreApplication.postEvent(watched.window().windowHandle(), key)
        elif kind is QEvent.Type.KeyPress and watched is self._page:
            times = os.times()
            self.told |= {
                "usable_s": time.monotonic(),
                "processor_s": times.user + times.system,
                "first_mb": resident_mb(),
            }
            QCoreApplication.instance().removeEventFilter(self)
            self._settle()
        return False

    def _settle(self) -> None:
        """Wait until the microphone is open; where there is none, not for ever."""
        meter: QWidget | None = getattr(self._page, "meter", None)
        late = time.monotonic() - self.told["usable_s"] > PATIENCE_S
        if meter is not None and not meter.accessibleName().endswith(("dB", "silent")) and not late:
            QTimer.singleShot(50, self._settle)
        else:
            QTimer.singleShot(SETTLED_MS if meter is not None else 0, self._end)

    def _end(self) -> None:
        assert self._page is not None
        self.told["settled_mb"] = resident_mb()
        self._page.window().close()


def resident_mb() -> float:
    with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib may not be loaded yet
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def main(what: str) -> None:
    app = QApplication(sys.argv[:1])
    watch = Watch("ComparePage" if what == "window" else "QWidget")
    app.installEventFilter(watch)
    if what == "window":
        from desktop.cli import main as command_line

        command_line([])
    else:
        widget = QWidget()
        widget.show()
        app.exec()
    print(json.dumps(watch.told))


if __name__ == "__main__":
    main(sys.argv[1])
