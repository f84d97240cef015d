"""The one window: a rail and, beside it, one page at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QMargins, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui import icons, theme
from ui.state import Problem
from ui.widgets.centred import Centred
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.rail import Rail

if TYPE_CHECKING:
    from ui.pages.arena import ArenaPage
    from ui.pages.compare import ComparePage
    from ui.pages.finished import FinishedPage
    from ui.pages.guess import GuessPage
    from ui.pages.results import ResultsPage
    from ui.pages.systems import SystemsPage

Page = TypeVar("Page", bound=QWidget)
SIZE = QSize(1280, 800)
"""What it opens with where there is room."""
_SMALLEST = QSize(100 * theme.UNIT, 75 * theme.UNIT)
_FRAME = QMargins(theme.UNIT, 5 * theme.UNIT, theme.UNIT, theme.UNIT)
"""Room for a title bar and borders: how large they are is known only once the window is shown."""
_RAIL = {"compare": "Compare", "results": "Results", "systems": "Systems"}
_SESSION = ("arena", "guess", "finished")


class MainWindow(QMainWindow):
    """Pages are made (and their code imported) when they are first asked for."""

    page_requested = Signal(str)
    """A rail item was pressed; nothing is shown until `show_page`."""
    close_requested = Signal()
    """Someone wants to close the window while `hold_open` is True; nothing has closed."""
    closed = Signal()
    first_painted = Signal()
    """Once: the window is on the screen, and has nothing more urgent to do."""

    def __init__(self) -> None:
        super().__init__()
        self.hold_open = False
        """True while something could be lost: closing then only asks."""
        self.setWindowTitle("Earshot")
        self.setWindowIcon(icons.window_icon())
        self.setMinimumSize(_SMALLEST)
        self._current = ""
        self._painted = False
        self.rail = Rail(_RAIL)
        self.rail.page_requested.connect(self.page_requested)
        self._stack = QStackedWidget()
        self.notice = ProblemBanner()
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(self._beside_rail(), 1)
        self.setCentralWidget(centre)

    def show_notice(self, problem: Problem | None) -> None:
        """Say something above every page until it is dismissed, or nothing for None."""
        self.notice.show_problem(problem, primary=False)
        self._notice_room.setVisible(problem is not None)

    def fit_screen(self) -> None:
        """Take the middle of the screen it opens on, frame included; keep a size given before."""
        if self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            return
        screen = QGuiApplication.screenAt(QCursor.pos()) or self.screen()
        place = place_on(screen.availableGeometry())
        self.setMinimumSize(_SMALLEST.boundedTo(place.size()))
        self.setGeometry(place)

    @cached_property
    def compare(self) -> ComparePage:
        from ui.pages.compare import ComparePage

        return self._added(ComparePage())

    @cached_property
    def arena(self) -> ArenaPage:
        from ui.pages.arena import ArenaPage

        return self._added(ArenaPage())

    @cached_property
    def guess(self) -> GuessPage:
        from ui.pages.guess import GuessPage

        return self._added(GuessPage())

    @cached_property
    def finished(self) -> FinishedPage:
        from ui.pages.finished import FinishedPage

        return self._added(FinishedPage())

    @cached_property
    def results(self) -> ResultsPage:
        from ui.pages.results import ResultsPage

        return self._added(ResultsPage())

    @cached_property
    def systems(self) -> SystemsPage:
        from ui.pages.systems import SystemsPage

        return self._added(SystemsPage())

    @property
    def current_page(self) -> str:
        return self._current

    def show_page(self, name: str) -> None:
        """Show `compare`, `arena`, `guess`, `finished`, `results` or `systems`. Inside a session
        there is no rail."""
        page: QWidget = getattr(self, name)
        self._current = name
        self.rail.setVisible(name not in _SESSION)
        self.rail.show_current(name)
        self._stack.setCurrentWidget(page)
        focused = self.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            # After the pages: they are painted on top of this, and then all of it is shown.
            QTimer.singleShot(0, self.first_painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.hold_open:
            event.ignore()
            self.close_requested.emit()
            return
        event.accept()
        self.closed.emit()

    def _beside_rail(self) -> QVBoxLayout:
        banner = QVBoxLayout()
        banner.addWidget(self.notice)
        self._notice_room = Centred(banner, above=theme.GAP)
        self._notice_room.hide()
        self.notice.acted.connect(self._dismiss_notice)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._notice_room)
        column.addWidget(self._stack, 1)
        return column

    def _dismiss_notice(self) -> None:
        self.show_notice(None)
        self._stack.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _added(self, page: Page) -> Page:
        self._stack.addWidget(page)
        return page


def place_on(available: QRect) -> QRect:
    """Where a window without its frame goes on a screen of which this much is free."""
    room = available.marginsRemoved(_FRAME)
    place = QRect(room.topLeft(), SIZE.boundedTo(room.size()))
    place.moveCenter(room.center())
    return place
