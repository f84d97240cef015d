"""Looking at widgets the way a person or a screen reader does."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget


def press(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Press and release a key where the keyboard focus is."""
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)


def shown_below(root: QWidget) -> Iterator[QWidget]:
    """All widgets under `root` that are shown, in the order they were made."""
    for widget in root.findChildren(QWidget):
        if widget.isVisible() and widget.size().isValid():
            yield widget


def words(root: QWidget) -> str:
    """All that can be read in it."""
    QApplication.processEvents()
    return "\n".join(w.text() for w in shown_below(root) if isinstance(w, QLabel))


def focusable(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in shown_below(root)
        if widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]


def spoken_name(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return "" if interface is None else interface.text(QAccessible.Text.Name)


def clipped_by_parent(widget: QWidget) -> bool:
    """Whether part of it lies outside its parent, where the parent does not scroll."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return False
    scrolls = isinstance(parent.parentWidget(), QScrollArea)
    return not scrolls and not parent.rect().contains(widget.geometry())


def place_in(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def tab_order(window: QWidget) -> list[QWidget]:
    """Where Tab leads from the present focus until it comes round again."""
    seen: list[QWidget] = []
    while True:
        press(window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            return seen
        seen.append(focused)
