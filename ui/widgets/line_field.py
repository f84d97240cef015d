"""One line that is typed, with its label above and what to know beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui import paint, theme
from ui.speak import announcer
from ui.widgets.text import Text


class LineField(QWidget):
    """Letters typed here are never keys of the page; Return is left to it."""

    changed = Signal()

    def __init__(
        self,
        label: str,
        *,
        hint: str,
        longest: int,
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`hint` stands beside the line; beyond `longest` characters, that there are too many.

        What is `secret` is not shown, read aloud, remembered or copied.
        """
        super().__init__(parent)
        self._hint = hint
        self._longest = longest
        self._beside = Text(hint, ink="muted")
        self.edit = _Edit()
        self.edit.setMaxLength(longest)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(hint)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.UNIT)
        line.addWidget(_Box(self.edit))
        line.addWidget(self._beside, 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.UNIT // 2)
        column.addWidget(Text(label, weight=theme.MEDIUM, wrap=False))
        column.addLayout(line)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._take_back)
        self.edit.textChanged.connect(lambda: self.changed.emit())
        self.edit.inputRejected.connect(self._say_too_long)

    def show_hint(self, hint: str) -> None:
        """Something else stands beside the line from now on."""
        if hint != self._hint:
            self._hint = hint
            self._beside.setText(hint)
            self.edit.setAccessibleDescription(hint)

    def text(self) -> str:
        return self.edit.text()

    def clear(self) -> None:
        self.edit.clear()

    def _say_too_long(self) -> None:
        too_long = f"No room for more than {self._longest} characters. The rest is left out."
        if self._beside.text() != too_long:
            self._beside.setText(too_long)
            announcer.announce(self, too_long)

    def _take_back(self) -> None:
        if len(self.edit.text()) < self._longest:
            self._beside.setText(self._hint)


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
