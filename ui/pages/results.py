"""What the votes say, with how far it could be off."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.charts_state import ChartsState
from ui.pages.results_text import NUMBER_COLUMNS, drawn_rows, matrix_help, number_rows, reading_help
from ui.results_state import ResultsState
from ui.speak import announcer
from ui.widgets.beside import Beside
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.charts_card import MOST, ChartsCard
from ui.widgets.check_button import CheckButton
from ui.widgets.interval_chart import Interval, scale_for
from ui.widgets.leak_card import LeakCard
from ui.widgets.page_header import PageHeader
from ui.widgets.pair_matrix import PairMatrix
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.section_heading import SectionHeading
from ui.widgets.table import Column, Table
from ui.widgets.text import Text

_DRAWN_COLUMNS = (
    Column("#", right=True),
    Column("System", stretch=5),
    Column("Score, 95 % interval", stretch=4),
    Column("Best in", right=True),
    Column("Votes", right=True),
    Column("Rank", right=True),
)
# A section's heading is as high as a button, so it starts nearer to the edge.
_CARD_MARGINS = (3 * theme.UNIT, 2 * theme.UNIT, 3 * theme.UNIT, 3 * theme.UNIT)
_NARROWEST_BOARD = 70 * theme.UNIT
_NARROWEST_PAIRS = 44 * theme.UNIT
_ANY_WIDTH = 1 << 20
_DIGITS = [Qt.Key(Qt.Key.Key_1 + k) for k in range(MOST)]
_NONE = (
    "No votes yet",
    "Results appear here after the first session. Begin one on the Compare page.",
)
_COUNTING = ("Counting", "The votes are being read and compared.")
_BROKEN_OFF = (
    "A session is broken off",
    "The results are shown once it has been continued to its end, or ended by a new one. "
    "Both begin on the Compare page.",
)


class ResultsPage(QWidget):
    export_requested = Signal()
    refresh_requested = Signal()
    include_simulated_toggled = Signal(bool)
    problem_action = Signal()
    export_problem_action = Signal()
    measure_requested = Signal()
    report_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ResultsState()
        self._numbers = False
        self.setAccessibleName("Results")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.simulated = CheckButton("Count simulated votes")
        self.refresh = Button("Count again", "R")
        self.export = Button("Export", "E")
        self.report = Button("Save report", "P", kind=Kind.PRIMARY)
        self.header = PageHeader("Results", self.refresh, self.export, self.report)
        self.export_line = Text(ink="muted")
        self.export_banner = ProblemBanner()
        self.banner = ProblemBanner(key="⏎")
        self.form = Button("Show numbers", "N")
        self.board = Table("Leaderboard")
        self._help = Text("", theme.Type.SMALL, ink="muted")
        self._verdict = Text("", weight=theme.MEDIUM)
        self._doubts = Text("")
        self._notices = Text("")
        self._exclusions = Text(ink="muted")
        self.matrix = PairMatrix("Who beats whom")
        self._matrix_help = Text("", theme.Type.SMALL, ink="muted")
        self._against = Text("")
        self._balance = Text("")
        self.charts = ChartsCard()
        self.leaks = LeakCard()
        self._empty = _EmptyCard()
        self._arrange()
        self._connect()

    def draw(self, state: ResultsState) -> None:
        self._state = state
        working = bool(state.working)
        self.header.line.show_or_hide(state.working or state.headline)
        self.banner.show_problem(state.problem, primary=not state.rows)
        only_problem = bool(state.problem and state.problem.action and not state.rows)
        usable = not only_problem and not state.broken_off
        self.refresh.setVisible(usable)
        self.export.setVisible(usable)
        self.simulated.setChecked(state.includes_simulated)
        self.refresh.setEnabled(not working)
        self.export.setEnabled(not working and not state.export.working and bool(state.rows))
        self.report.setVisible(usable)
        self.report.setEnabled(self.export.isEnabled())
        self._draw_export()
        self._both.setVisible(bool(state.rows))
        self.charts.setVisible(bool(state.rows and self.charts.has_charts))
        self.leaks.setVisible(bool(state.rows))
        self.leaks.draw(state.leaks)
        self._empty.setVisible(not state.rows and not state.problem)
        self._empty.show_words(state)
        if state.rows:
            self._draw_board()
            self._draw_matrix()
        self._turn()

    def draw_charts(self, state: ChartsState) -> None:
        self.charts.draw(state)
        self.charts.setVisible(bool(self._state.rows and state.charts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = {
            Qt.Key.Key_E: self.export,
            Qt.Key.Key_P: self.report,
            Qt.Key.Key_S: self.charts.save,
            Qt.Key.Key_T: self.charts.form,
            **dict(zip(_DIGITS, self.charts.choices, strict=True)),
            Qt.Key.Key_R: self.refresh,
            Qt.Key.Key_N: self.form,
            Qt.Key.Key_M: self.leaks.measure,
        }
        button = buttons.get(Qt.Key(event.key()))
        if button is not None and button.isVisible() and not event.isAutoRepeat():
            button.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._failed is not None:
            self._failed.action.click()
        else:
            event.ignore()

    @property
    def _failed(self) -> ProblemBanner | None:
        """What Return tries again."""
        banners = (self.banner, self.export_banner, self.charts.banner)
        shown = (each for each in banners if each.isVisible())
        return next(shown, None)

    def _draw_export(self) -> None:
        export = self._state.export
        if export.line and export.line != self.export_line.text():
            announcer.announce(self, export.line)
        self.export_line.show_or_hide(export.line)
        self.export_banner.action.set_key("" if self._state.problem else "⏎")
        self.export_banner.show_problem(export.problem, primary=False)

    def _draw_board(self) -> None:
        state = self._state
        scale = scale_for(Interval(r.score, r.low, r.high) for r in state.rows)
        if self._numbers:
            self.board.show_rows(NUMBER_COLUMNS, number_rows(state.rows))
        else:
            self.board.show_rows(_DRAWN_COLUMNS, drawn_rows(state.rows), scale)
        self._help.setText(reading_help(state.rows, drawn=not self._numbers))
        self._verdict.show_or_hide(state.verdict)
        self._doubts.show_or_hide(state.doubts)
        self._notices.show_or_hide(state.notices)
        self._exclusions.show_or_hide(state.exclusions)

    def _draw_matrix(self) -> None:
        state = self._state
        self.matrix.show_pairs(state.labels, state.short_labels, state.cells, counts=self._numbers)
        self._matrix_help.setText(matrix_help(state.cells, drawn=not self._numbers))
        self._pairs.setVisible(bool(state.cells))
        self._against.show_or_hide(state.against)
        self._balance.show_or_hide(state.balance)
        self._balance_title.setVisible(bool(state.balance))

    def _switch_form(self) -> None:
        """The same figures as a drawing or as numbers."""
        self._numbers = not self._numbers
        self.form.set_label("Show chart" if self._numbers else "Show numbers")
        if self._state.rows:
            self._draw_board()
            self._draw_matrix()
        self._turn()

    def _width_for_both(self) -> int:
        narrowest = round(_NARROWEST_BOARD * theme.now.scale)
        board = max(narrowest, self.board.minimumSizeHint().width() + 6 * theme.UNIT)
        return board + theme.GAP + self._width_of_pairs()

    def _width_of_pairs(self) -> int:
        narrowest = round(_NARROWEST_PAIRS * theme.now.scale)
        return max(narrowest, self.matrix.natural_width() + 6 * theme.UNIT)

    def _turn(self) -> None:
        """Beside the board, the matrix gets what it wants and no more."""
        self._both.turn()
        beside = self._both.is_beside
        self._pairs.setMaximumWidth(self._width_of_pairs() if beside else _ANY_WIDTH)

    def _arrange(self) -> None:
        board, self._pairs = Card(), Card()
        board.column.addWidget(SectionHeading("Leaderboard", self.simulated, self.form))
        first = self._verdict, self._doubts
        for part in (*first, self.board, self._help, self._notices, self._exclusions):
            board.column.addWidget(part)
        board.column.addStretch()
        for card in (board, self._pairs):
            card.column.setContentsMargins(*_CARD_MARGINS)
        self._balance_title = SectionHeading("Balance")
        self._pairs.column.addWidget(SectionHeading("Who beats whom"))
        for part in (
            self.matrix,
            self._matrix_help,
            self._against,
            self._balance_title,
            self._balance,
        ):
            self._pairs.column.addWidget(part)
        self._pairs.column.addStretch()
        self._both = Beside(board, self._pairs, shares=(3, 3), needed=self._width_for_both)
        self._both.turned.connect(self._turn)
        content = QWidget()
        column = QVBoxLayout(content)
        margin = theme.PAGE_MARGIN
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.export_line)
        column.addWidget(self.banner)
        column.addWidget(self.export_banner)
        column.addWidget(self._both)
        column.addWidget(self.charts)
        column.addWidget(self.leaks)
        column.addWidget(self._empty)
        column.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(PageScroll(content))

    def _connect(self) -> None:
        self.export.clicked.connect(self.export_requested)
        self.report.clicked.connect(self.report_requested)
        self.refresh.clicked.connect(self.refresh_requested)
        self.simulated.clicked.connect(self.include_simulated_toggled)
        self.form.clicked.connect(self._switch_form)
        self.leaks.measure.clicked.connect(self.measure_requested)
        self.leaks.banner.acted.connect(self.measure_requested)
        self.banner.acted.connect(self.problem_action)
        self.export_banner.acted.connect(self.export_problem_action)


class _EmptyCard(Card):
    """In the place of the leaderboard while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text("", theme.Type.LARGE, weight=theme.SEMIBOLD, centred=True)
        self._words = Text(ink="muted", centred=True)
        self.column.setContentsMargins(3 * theme.UNIT, 12 * theme.UNIT, 3 * theme.UNIT, 0)
        self.column.setSpacing(theme.UNIT)
        self.column.addWidget(self._title)
        self.column.addWidget(self._words)
        self.column.addSpacing(12 * theme.UNIT)

    def show_words(self, state: ResultsState) -> None:
        title, words = _NONE
        if state.working:
            title, words = _COUNTING
        elif state.broken_off:
            title, words = _BROKEN_OFF
        self._title.setText(title)
        self._words.setText(words)
