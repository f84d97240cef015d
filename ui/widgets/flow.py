"""Small things beside each other, in as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class Flow(QWidget):
    def __init__(self, parts: Sequence[QWidget], parent: QWidget | None = None) -> None:
        """At least one part; one that is hidden takes no room, and not all of them are."""
        super().__init__(parent)
        self._parts = parts
        for part in parts:
            part.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(place.bottom() + 1 for place in self._places(width))

    def sizeHint(self) -> QSize:
        width = sum(part.sizeHint().width() + theme.UNIT for part in self._seen())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """One line of it: what more there is, its width decides."""
        sizes = [part.sizeHint() for part in self._seen()]
        return QSize(max(s.width() for s in sizes), max(s.height() for s in sizes))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part has another size
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        for part, place in zip(self._seen(), self._places(self.width()), strict=True):
            part.setGeometry(place)

    def _seen(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _places(self, width: int) -> list[QRect]:
        """Each line as high as the highest in it, the others in its middle."""
        places: list[QRect] = []
        top = 0
        for line in self._lines(width):
            high = max(size.height() for size in line)
            x = 0
            for size in line:
                y = top + (high - size.height()) // 2
                places.append(QRect(x, y, size.width(), size.height()))
                x += size.width() + theme.UNIT
            top += high + theme.UNIT
        return places

    def _lines(self, width: int) -> list[list[QSize]]:
        lines: list[list[QSize]] = []
        left = -1
        for size in (part.sizeHint() for part in self._seen()):
            if left < size.width():
                lines.append([])
                left = width
            lines[-1].append(size)
            left -= size.width() + theme.UNIT
        return lines
