"""A battle's page on a real X server: prints each key event of the space bar, and what it asks for.

The take begins at once where it is asked for, as in a session. Ends when the take does.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from tests.ui.states import ARENA
from ui import theme
from ui.pages.arena import ArenaPage
from ui.state import Phase


class Page(ArenaPage):
    def event(self, event: QEvent) -> bool:
        kinds = {QEvent.Type.KeyPress: "press", QEvent.Type.KeyRelease: "release"}
        if isinstance(event, QKeyEvent) and event.type() in kinds:
            tell(f"{kinds[event.type()]} {'marked' if event.isAutoRepeat() else 'unmarked'}")
        active = event.type() == QEvent.Type.WindowActivate
        done = super().event(event)
        if active:
            tell("ready")
        return done


def tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    app = QApplication(sys.argv)
    theme.apply(app)
    page = Page()

    def start() -> None:
        tell("started")
        page.draw(replace(ARENA, phase=Phase.RECORDING))

    def stop() -> None:
        tell("stopped")
        page.draw(replace(ARENA, phase=Phase.CHECKING))
        app.quit()

    page.record_started.connect(start)
    page.record_stopped.connect(stop)
    page.draw(ARENA)
    page.show()
    page.activateWindow()
    app.exec()


if __name__ == "__main__":
    main()
