"""What opens under a row of a list: a ground of its own, and the keys that its buttons show."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui import paint, theme
from ui.widgets.button import Button, Kind
from ui.widgets.text import Text


class Sheet(QWidget):
    """Takes the focus itself, so that nothing is pressed by who only meant to open it.

    Return presses `go`, Esc presses `leave`, wherever in it the focus is.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._careful = False
        self._title = Text(weight=theme.SEMIBOLD)
        self.leave = Button("Cancel", "Esc")
        self.go = Button("", "⏎", kind=Kind.PRIMARY)
        self.column = QVBoxLayout(self)
        around = 3 * theme.UNIT
        self.column.setContentsMargins(around, 2 * theme.UNIT, around, around)
        self.column.setSpacing(2 * theme.UNIT)
        self.column.addWidget(self._title)

    def show_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_careful(self, careful: bool) -> None:
        """Where nothing brings back what is gone, no key alone presses `go`."""
        self.go.set_key("" if careful else "⏎")
        self.go.set_kind(Kind.PLAIN if careful else Kind.PRIMARY)
        self._careful = careful

    def buttons(self, *others: QWidget) -> QHBoxLayout:
        """The last line: `others` left, what leaves and what goes on right."""
        row = QHBoxLayout()
        row.setSpacing(2 * theme.UNIT)
        for other in others:
            row.addWidget(other)
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.go)
        return row

    def has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def press(self, key: Qt.Key) -> bool:
        """Press the button that shows `key`; False where there is none."""
        keys = {
            Qt.Key.Key_Return: self.go,
            Qt.Key.Key_Enter: self.go,
            Qt.Key.Key_Escape: self.leave,
        }
        button = keys.get(key)
        if button is None or not button.isVisible() or (button is self.go and self._careful):
            return False
        button.click()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or not self.press(Qt.Key(event.key())):
            event.ignore()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        rect, colours = QRectF(self.rect()), theme.now.colours
        paint.box(painter, rect, theme.BUTTON_RADIUS, fill=colours.soft)
        if QApplication.focusWidget() is self:  # and nothing in it
            paint.box(painter, rect, theme.BUTTON_RADIUS, line=colours.accent, width=2)
