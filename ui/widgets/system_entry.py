"""One system of the systems page: what it is, whether it can run, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui import paint, theme
from ui.getting_state import PlanSheet, Sheet
from ui.safe_text import in_line
from ui.state import Availability, SystemRow, Way
from ui.widgets.button import Button, Kind
from ui.widgets.chip import Chip
from ui.widgets.command_box import CommandBox
from ui.widgets.key_sheet import KeySheetView
from ui.widgets.plan_sheet import PlanSheetView
from ui.widgets.problem_banner import Sign
from ui.widgets.text import Text

_SIGNS = {
    Availability.READY: ("check", "accent"),
    Availability.MISSING: ("missing", "muted"),
    Availability.BROKEN: ("warning", "text"),
    Availability.CHECKING: ("waiting", "muted"),
    Availability.UNAVAILABLE: ("missing", "muted"),
}
_LABELS = {
    Way.INSTALL: "Install …",
    Way.ENVIRONMENT: "Make environment …",
    Way.REMOVE: "Remove …",
}
_NARROW = 110 * theme.UNIT
"""Below this, at the standard size, the buttons stand under the status."""


class SystemEntry(QWidget):
    opened = Signal(str, object)
    """Its id and the `Way`."""
    agreed = Signal(str, bool)
    left = Signal(str)
    again_requested = Signal(str)
    token_requested = Signal(str)
    key_typed = Signal(str, str)
    key_forgotten = Signal(str)
    grew = Signal(str)
    """Its sheet has another size now."""

    def __init__(self, id_: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id = id_
        self._first = True
        self._row: SystemRow | None = None
        self.sheet: PlanSheetView | KeySheetView | None = None
        self._label = Text(weight=theme.MEDIUM)
        self._baseline = Chip("baseline", theme.Type.SMALL, theme.MEDIUM)
        self._kind = Text(ink="muted")
        self._sign = Sign("check")
        self._status = Text("")
        self._detail = Text("", theme.Type.SMALL, ink="muted")
        self.command = CommandBox()
        self.ways: dict[Way, Button] = {}
        self._buttons = QWidget()
        self._arrange()

    def draw(self, row: SystemRow, *, first: bool) -> None:
        self._first, self._row = first, row
        self._label.setText(in_line(row.label, longest=160))
        self._baseline.setVisible(row.baseline)
        self._kind.show_or_hide(in_line(row.kind))
        self._sign.show_sign(*_SIGNS[row.availability])
        self._status.setText(in_line(row.status_text[:1].upper() + row.status_text[1:]))
        facts = (row.detail, _sentence(row.memory))
        self._detail.show_or_hide(in_line(" ".join(filter(None, facts)), longest=600))
        typed = row.how_to_get if not row.ways and not row.first else ""
        self.command.show_command(typed, f"how to get {row.label}")
        self._draw_ways(row)
        self.update()

    def draw_sheet(self, state: Sheet | None) -> None:
        """Open it, draw it, or close it. Who had the focus in it keeps a place on the page."""
        had_focus = self.sheet is not None and self.sheet.has_focus()
        meant = self._meaning
        if state is None:
            self._close_sheet()
        else:
            self._sheet_for(state).draw(state)
            self._settle()
        if self.sheet is None:
            if had_focus:
                self._take_focus()
        elif had_focus and (meant != self._meaning or not self.sheet.has_focus()):
            # Never on a button that means something else now.
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _meaning(self) -> tuple[str, str]:
        """What Return and Esc mean in its sheet."""
        return (self.sheet.go.label, self.sheet.leave.label) if self.sheet else ("", "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._first:
            painter = paint.painter_for(self)
            inset = 3 * theme.UNIT
            line = theme.now.colours.line
            painter.fillRect(inset, 0, self.width() - 2 * inset, 1, line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _settle(self) -> None:
        """Give it its height now: from event to event, each layout around it would take a frame."""
        if self.sheet is None:
            return
        inside = [w for w in self.sheet.findChildren(QWidget) if w.layout() is not None]
        for widget in reversed(inside):  # each tells the one around it
            widget.layout().activate()
        around: QWidget | None = self.sheet
        while around is not None and around.layout() is not None:
            around.layout().activate()
            around = around.parentWidget()

    def _draw_ways(self, row: SystemRow) -> None:
        for way, button in self.ways.items():
            button.setVisible(way in row.ways)
        for number, way in enumerate(row.ways):
            button = self._button(way)
            missing = row.availability is Availability.MISSING
            quiet = number > 0 or not missing or way is Way.REMOVE
            button.set_kind(Kind.BARE if quiet else Kind.PLAIN)
            if way is Way.KEY:
                button.set_label("Set key …" if missing else "Key …")
            button.setAccessibleName(f"{button.label.removesuffix(' …')}: {row.label}")
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Not while one of them is open."""
        self._buttons.setVisible(self.sheet is None and bool(self._row and self._row.ways))

    def _button(self, way: Way) -> Button:
        if way not in self.ways:
            self.ways[way] = button = Button(_LABELS.get(way, "Set key …"))
            button.clicked.connect(lambda: self._open(way))
            self._buttons.layout().addWidget(button)
        return self.ways[way]

    def _open(self, way: Way) -> None:
        self.opened.emit(self.id, way)
        if self.sheet is not None:
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sheet_for(self, state: Sheet) -> PlanSheetView | KeySheetView:
        wanted = PlanSheetView if isinstance(state, PlanSheet) else KeySheetView
        if not isinstance(self.sheet, wanted):
            had_focus = self.sheet is not None and self.sheet.has_focus()
            self._close_sheet()
            self.sheet = wanted()
            self._connect(self.sheet)
            self.sheet.resized.connect(lambda: self.grew.emit(self.id))
            self._grid.addWidget(self.sheet, 1, 0, 1, 2)
            self.sheet.show()  # at once: its keys count from now on
            self._show_buttons()
            if had_focus:
                self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.sheet

    def _connect(self, sheet: PlanSheetView | KeySheetView) -> None:
        sheet.left.connect(lambda: self.left.emit(self.id))
        if isinstance(sheet, PlanSheetView):
            sheet.agreed.connect(lambda allowed: self.agreed.emit(self.id, allowed))
            sheet.again_requested.connect(lambda: self.again_requested.emit(self.id))
            sheet.token_requested.connect(lambda: self.token_requested.emit(self.id))
        else:
            sheet.typed.connect(lambda key: self.key_typed.emit(self.id, key))
            sheet.forgotten.connect(lambda: self.key_forgotten.emit(self.id))

    def _close_sheet(self) -> None:
        if self.sheet is None:
            return
        sheet, self.sheet = self.sheet, None
        if isinstance(sheet, KeySheetView):
            sheet.clear()
        self._grid.removeWidget(sheet)
        sheet.hide()  # it is only deleted when the event loop comes round
        sheet.deleteLater()
        self._show_buttons()

    def _take_focus(self) -> None:
        shown = [b for b in self.ways.values() if b.isVisible()]
        target = shown[0] if shown else self._page()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _page(self) -> QWidget | None:
        """The nearest around it that takes the focus."""
        widget = self.parentWidget()
        while widget is not None and widget.focusPolicy() is not Qt.FocusPolicy.StrongFocus:
            widget = widget.parentWidget()
        return widget

    def _turn(self) -> None:
        """Beside the status where there is room, else under it."""
        narrow = self.width() < round(_NARROW * theme.now.scale)
        direction = QBoxLayout.Direction
        self._right.setSpacing((1 if narrow else 2) * theme.UNIT)
        self._right.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        self._right.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop | side)

    def _arrange(self) -> None:
        name = QHBoxLayout()
        name.setSpacing(theme.UNIT)
        name.addWidget(self._label)
        name.addWidget(self._baseline, 0, Qt.AlignmentFlag.AlignVCenter)
        name.addStretch(1)
        what = QVBoxLayout()
        what.setSpacing(0)
        what.addLayout(name)
        what.addWidget(self._kind)
        what.addStretch()
        status = QHBoxLayout()
        status.setSpacing(theme.UNIT)
        status.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        status.addWidget(self._status, 1)
        how = QVBoxLayout()
        how.setSpacing(0)  # as on the left: what stands beside each other is one line
        how.addLayout(status)
        how.addWidget(self._detail)
        how.addWidget(self.command)
        how.addStretch()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(theme.UNIT)
        self._grid = QGridLayout(self)
        around = 3 * theme.UNIT
        self._grid.setContentsMargins(around, 2 * theme.UNIT, around, 2 * theme.UNIT)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.UNIT)
        self._grid.addLayout(what, 0, 0)
        self._right = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._right.setSpacing(2 * theme.UNIT)
        self._right.addLayout(how, 1)
        self._right.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(self._right, 0, 1)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""
