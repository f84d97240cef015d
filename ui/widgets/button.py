"""A button that shows the key that presses it."""

from __future__ import annotations

from enum import Enum, auto
from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import icons, paint, theme

_PADDING = 2 * theme.UNIT
_BETWEEN = theme.UNIT


class Kind(Enum):
    PRIMARY = auto()
    """The one thing to do next."""
    PLAIN = auto()
    QUIET = auto()
    """Muted ink: allowed, not suggested."""
    RECORDING = auto()
    """Ends an open recording."""
    BARE = auto()
    """Without a box, for what stands in a line of text."""
    FIELD = auto()
    """Opens a list; its text stands left and a chevron right."""


class Button(QAbstractButton):
    """Text, then its key. Return presses it when focused; Space too unless `space_talks`."""

    def __init__(
        self,
        text: str,
        key: str = "",
        *,
        kind: Kind = Kind.PLAIN,
        icon: str = "",
        height: int = 5 * theme.UNIT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._key = key
        self._key_shown = True
        self._icon = icon
        self._height = height
        self.space_talks = False
        """True where the space bar belongs to the microphone, whatever has the focus."""
        self.set_label(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        stretch = kind is Kind.FIELD
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed,
            QSizePolicy.Policy.Fixed,
        )

    @property
    def label(self) -> str:
        return self._label

    def set_label(self, text: str) -> None:
        """The label may come from outside (a device's name): it is never markup or a mnemonic."""
        self._label = text
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        key = self._key if self._key_shown else ""
        self.setAccessibleDescription(f"Key {key}" if key else "")
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self.set_label(self._label)

    def show_key(self, shown: bool) -> None:
        """A key that belongs to something else for a while is not shown, and keeps its room."""
        if shown != self._key_shown:
            self._key_shown = shown
            self.set_label(self._label)

    def set_kind(self, kind: Kind) -> None:
        self._kind = kind
        self.update()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        chevron = _BETWEEN + self._icon_size() if self._kind is Kind.FIELD else 0
        width = 2 * self._padding() + self._content_width() + chevron
        return QSize(ceil(width), theme.now.control(self._height))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        if self._kind is Kind.FIELD:
            hint.setWidth(min(hint.width(), 30 * theme.UNIT))
        return hint

    def lost_text(self) -> bool:
        """Whether some of the label cannot be seen at the present size."""
        return self._kind is not Kind.FIELD and self.sizeHint().width() > self.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.space_talks:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.space_talks:
            event.ignore()
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        fill, line, ink = self.inks()
        rect = QRectF(self.rect())
        radius = theme.CARD_RADIUS if self._height > 5 * theme.UNIT else theme.BUTTON_RADIUS
        paint.box(painter, rect, radius, fill=fill, line=line)
        self._draw_content(painter, ink)
        if self.hasFocus():
            self._draw_focus(painter, rect, radius)

    def filled(self) -> bool:
        """Whether it stands on a strong ground now."""
        return self._kind in (Kind.PRIMARY, Kind.RECORDING) and self.isEnabled()

    def inks(self) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, line and ink at present."""
        colours = theme.now.colours
        pressed = self.isDown() or self.underMouse()
        if not self.isEnabled():
            return None, colours.line, colours.muted
        if self._kind in (Kind.PRIMARY, Kind.RECORDING):
            recording = self._kind is Kind.RECORDING
            fill = colours.recording if recording else colours.accent
            ink = colours.on_recording if recording else colours.on_accent
            return (theme.mix(colours.text, fill, 0.12) if pressed else fill), None, ink
        if self._kind is Kind.BARE:
            return (colours.soft if pressed else None), None, colours.muted
        ink = colours.muted if self._kind is Kind.QUIET else colours.text
        return (colours.soft if pressed else colours.surface), colours.line, ink

    def _draw_focus(self, painter: QPainter, rect: QRectF, radius: float) -> None:
        colours = theme.now.colours
        filled = self.filled()
        paint.box(painter, rect, radius, line=colours.text if filled else colours.accent, width=2)
        if filled:
            inner = rect.adjusted(2, 2, -2, -2)
            paint.box(painter, inner, radius - 2, line=colours.background, width=2)

    def _draw_content(self, painter: QPainter, ink: QColor) -> None:
        middle = self.height() / 2
        left = (self.width() - self._content_width()) / 2
        if self._kind is Kind.FIELD:
            left = _PADDING
        if self._icon:
            size = self._icon_size()
            icons.draw(painter, self._icon, QRectF(left, middle - size / 2, size, size), ink)
            left += size + _BETWEEN
        painter.setPen(ink)
        painter.setFont(self._font())
        text, text_width = self._shown_text(left)
        paint.text_at(painter, left, middle, text)
        if self._key and self._key_shown:
            self._draw_key(painter, left + text_width + self._key_gap(), middle, ink)
        if self._kind is Kind.FIELD:
            size = self._icon_size()
            place = QRectF(self.width() - _PADDING - size, middle - size / 2, size, size)
            icons.draw(painter, "chevron", place, theme.now.colours.muted)

    def _draw_key(self, painter: QPainter, left: float, middle: float, ink: QColor) -> None:
        if not self.filled():
            paint.key_cap(painter, left, middle, self._key)
            return
        # On a filled button the cap is an outline in the button's own ink.
        height = paint.cap_height()
        rect = QRectF(left, round(middle - height / 2), paint.cap_width(self._key), height)
        line = QColor(ink)
        line.setAlphaF(0.5)
        paint.box(painter, rect, theme.CAP_RADIUS, line=line)
        painter.setPen(ink)
        painter.setFont(theme.now.font(theme.Type.SMALL, theme.MEDIUM))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._key)

    def _font(self) -> QFont:
        return theme.now.font(theme.Type.BODY, theme.MEDIUM)

    def icon_room(self) -> int:
        """What an icon takes beside a label, in pixels."""
        return self._icon_size() + _BETWEEN

    def _icon_size(self) -> int:
        return round(2 * theme.UNIT * theme.now.scale)

    def _key_gap(self) -> int:
        return _BETWEEN + (theme.UNIT // 2 if self._height > 5 * theme.UNIT else 0)

    def _padding(self) -> int:
        return theme.UNIT if self._kind is Kind.BARE else _PADDING

    def _content_width(self) -> float:
        width = QFontMetricsF(self._font()).horizontalAdvance(self.label)
        if self._icon:
            width += self.icon_room() if self.label else self._icon_size()
        if self._key:
            width += self._key_gap() + paint.cap_width(self._key)
        return width

    def _shown_text(self, left: float) -> tuple[str, float]:
        metrics = QFontMetricsF(self._font())
        text = self.label
        if self._kind is Kind.FIELD:
            room = self.width() - left - _PADDING - self._icon_size() - _BETWEEN
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        return text, metrics.horizontalAdvance(text)
