"""One line that is typed, with its label above and what to know beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui import paint, theme
from ui.widgets.text import Text


class LineField(QWidget):
    """Letters typed here are never keys of the page; Return is left to it."""

    changed = Signal()

    def __init__(
        self, label: str, *, hint: str, longest: int, parent: QWidget | None = None
    ) -> None:
        """`hint` stands beside the line; `longest` in characters."""
        super().__init__(parent)
        self.edit = _Edit()
        self.edit.setMaxLength(longest)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(hint)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.UNIT)
        line.addWidget(_Box(self.edit))
        line.addWidget(Text(hint, ink="muted"), 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.UNIT // 2)
        column.addWidget(Text(label, weight=theme.MEDIUM, wrap=False))
        column.addLayout(line)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(lambda: self.changed.emit())

    def text(self) -> str:
        return self.edit.text()

    def clear(self) -> None:
        self.edit.clear()


class _Box(QWidget):
    """What the line stands in."""

    def __init__(self, edit: _Edit) -> None:
        super().__init__()
        self._edit = edit
        edit.focus_changed.connect(self.update)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.UNIT, 0, 2 * theme.UNIT, 0)
        row.addWidget(edit)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(32 * theme.UNIT * theme.now.scale), theme.now.control())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        focused = self._edit.hasFocus()
        paint.box(
            paint.painter_for(self),
            QRectF(self.rect()),
            theme.BUTTON_RADIUS,
            fill=colours.surface,
            line=colours.accent if focused else colours.line,
            width=2 if focused else 1,
        )


class _Edit(QLineEdit):
    focus_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrame(False)
        self.setStyleSheet("background: transparent")

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit()
        return super().event(event)
