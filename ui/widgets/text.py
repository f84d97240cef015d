"""Plain text that wraps on our own line heights."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import paint, theme
from ui.lines import LONGEST, lay_out

_REMEMBERED = 16


class Text(QLabel):
    """A label that never interprets its text and is as high as its lines need.

    It is a QLabel so that screen readers meet a static text; measuring and painting are ours,
    because QLabel knows neither line heights nor where a long word may break.
    """

    def __init__(
        self,
        text: str = "",
        size: theme.Type = theme.Type.BODY,
        *,
        weight: QFont.Weight = theme.REGULAR,
        ink: str = "text",
        wrap: bool = True,
        centred: bool = False,
        tabular: bool = False,
        widest: int = 0,
        elides: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`ink` names a colour token; `widest` is a limit of the line in pixels at the standard
        size, 0 for none. A text without `wrap` has to fit, unless it `elides`: then it may end in
        an ellipsis."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._size = size
        self._weight = weight
        self._ink = ink
        self._wrap = wrap
        self._centred = centred
        self._tabular = tabular
        self._widest = widest
        self._elides = elides
        self._measured: dict[tuple[str, int, float], int] = {}
        self.setText(text)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self.updateGeometry()
            self.update()

    def show_or_hide(self, text: str) -> None:
        """Show `text`, or take no room where there is none."""
        self.setText(text)
        self.setVisible(bool(text))

    def font_in_use(self) -> QFont:
        return theme.now.font(self._size, self._weight, tabular=self._tabular)

    def hasHeightForWidth(self) -> bool:
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        if not self._wrap:
            return theme.now.line_height(self._size)
        # Nested layouts ask many times for the same width.
        key = (self.text(), width, theme.now.scale)
        if key not in self._measured:
            if len(self._measured) > _REMEMBERED:
                self._measured.clear()
            self._measured[key] = self._lines(width)[1]
        return self._measured[key]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font_in_use())
        lines = self.text()[:LONGEST].split("\n") if self._wrap else [self._one_line()]
        width = self._limited(max(ceil(metrics.horizontalAdvance(line)) + 1 for line in lines))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        narrow = round(6 * self.font_in_use().pixelSize())
        return QSize(min(hint.width(), narrow), theme.now.line_height(self._size))

    def lost_text(self) -> bool:
        """Whether some of the text cannot be seen at the present size."""
        if self._wrap:
            return self._lines(self.width())[1] > self.height()
        return not self._elides and self.sizeHint().width() > self.width()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        painter.setPen(getattr(theme.now.colours, self._ink))
        if self._wrap:
            layout, height = self._lines(self.width())
            top = max(0, (self.height() - height) // 2) if self._centred else 0
            layout.draw(painter, QPointF(0, top))
            return
        font = self.font_in_use()
        painter.setFont(font)
        shown = QFontMetricsF(font).elidedText(
            self._one_line(), Qt.TextElideMode.ElideRight, self.width()
        )
        flags = Qt.AlignmentFlag.AlignHCenter if self._centred else Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignVCenter, shown)

    def _one_line(self) -> str:
        return self.text()[:LONGEST].replace("\n", " ")

    def _limited(self, width: int) -> int:
        return min(width, round(self._widest * theme.now.scale)) if self._widest else width

    def _lines(self, width: int) -> tuple[QTextLayout, int]:
        """The laid-out text and its height in pixels."""
        middle, left = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignLeft
        return lay_out(
            self.text(),
            self._size,
            width if self._centred else self._limited(width),
            weight=self._weight,
            alignment=middle if self._centred else left,
            tabular=self._tabular,
        )
