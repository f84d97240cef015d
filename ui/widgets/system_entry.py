"""One system of the systems page: what it is, whether it can run, how to get it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui import paint, theme
from ui.safe_text import in_line
from ui.speak import announcer
from ui.state import Availability, SystemRow
from ui.widgets.button import Button, Kind
from ui.widgets.chip import Chip
from ui.widgets.problem_banner import Sign
from ui.widgets.text import Text

_SIGNS = {
    Availability.READY: ("check", "accent"),
    Availability.MISSING: ("missing", "muted"),
    Availability.BROKEN: ("warning", "text"),
    Availability.CHECKING: ("waiting", "muted"),
    Availability.UNAVAILABLE: ("missing", "muted"),
}


class SystemEntry(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = True
        self._command = ""
        self._label = Text(weight=theme.MEDIUM)
        self._baseline = Chip("baseline", theme.Type.SMALL, theme.MEDIUM)
        self._kind = Text(ink="muted")
        self._sign = Sign("check")
        self._status = Text("")
        self._get = Text("", theme.Type.SMALL)
        self.copy = Button("Copy", kind=Kind.BARE)
        self._detail = Text("", theme.Type.SMALL, ink="muted")
        self._gap = QWidget()
        self._gap.setFixedHeight(theme.UNIT)
        self.copy.clicked.connect(self._copy_command)
        self._arrange()

    def draw(self, row: SystemRow, *, first: bool) -> None:
        self._first = first
        self._label.setText(in_line(row.label, longest=160))
        self._baseline.setVisible(row.baseline)
        self._kind.show_or_hide(in_line(row.kind))
        self._sign.show_sign(*_SIGNS[row.availability])
        self._status.setText(in_line(row.status_text[:1].upper() + row.status_text[1:]))
        self._detail.show_or_hide(in_line(row.detail, longest=600))
        self._command = row.how_to_get
        self._get.setText(in_line(row.how_to_get, longest=600))
        self._gap.setVisible(bool(row.how_to_get))
        self._box.setVisible(bool(row.how_to_get))
        self.copy.setAccessibleName(f"Copy how to get {row.label}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._first:
            painter = paint.painter_for(self)
            inset = 3 * theme.UNIT
            line = theme.now.colours.line
            painter.fillRect(inset, 0, self.width() - 2 * inset, 1, line)

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        announcer.announce(self, "Copied")

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
        how.addWidget(self._gap)
        self._box = _SoftBox()
        inside = QHBoxLayout(self._box)
        inside.setContentsMargins(2 * theme.UNIT, 0, 0, 0)
        inside.addWidget(self._get, 1, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignVCenter)
        how.addWidget(self._box)
        how.addStretch()
        grid = QGridLayout(self)
        around = 3 * theme.UNIT
        grid.setContentsMargins(around, 2 * theme.UNIT, around, 2 * theme.UNIT)
        grid.setHorizontalSpacing(theme.GAP)
        grid.addLayout(what, 0, 0)
        grid.addLayout(how, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)


class _SoftBox(QWidget):
    """The ground of something to type."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        paint.box(painter, rect, theme.BUTTON_RADIUS, fill=theme.now.colours.soft)
