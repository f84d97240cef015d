"""The one control that opens and closes the microphone."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import icons, paint, theme

DIAMETER = 22 * theme.UNIT
_DISC = 8 * theme.UNIT  # radius
_RING = DIAMETER / 2 - 2
_STOP = 28


class Mode(Enum):
    WAITING = auto()
    """Nothing can be recorded now: the microphone is opened, or the take is closed."""
    OFF = auto()
    """There is nothing to record with."""
    READY = auto()
    RECORDING = auto()
    AGAIN = auto()
    """Nothing is recorded: what was asked before is shown again."""


_NAMES = {
    Mode.WAITING: "Microphone is not ready",
    Mode.OFF: "No microphone",
    Mode.READY: "Record",
    Mode.RECORDING: "Stop recording",
    Mode.AGAIN: "Show the answers again",
}
_HOLD = "Key Space: hold to talk, or press to start and to stop"
_SIGNS = {Mode.WAITING: "waiting", Mode.AGAIN: "again"}


class RecordControl(QAbstractButton):
    """A disc in a ring; the ring fills with the time that a take may last.

    Return and screen readers click it; a mouse or a finger holds it and lets it go.
    """

    held = Signal()
    let_go = Signal()
    """Wherever the pointer is by then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = Mode.WAITING
        self._share = 0.0
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_mode(Mode.WAITING)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def share(self) -> float:
        """How much of the longest take has passed, in [0, 1]."""
        return self._share

    def set_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._share = 0.0 if mode is not Mode.RECORDING else self._share
        usable = mode in (Mode.READY, Mode.RECORDING, Mode.AGAIN)
        self._held = self._held and usable  # one that is disabled is not told of the release
        self.setEnabled(usable)
        self.setAccessibleName(_NAMES[mode])
        self.setAccessibleDescription("Key Space" if mode is Mode.AGAIN else _HOLD)
        self.update()

    def show_elapsed(self, share: float) -> None:
        """How much of the longest take has passed, in [0, 1]."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(DIAMETER, DIAMETER)

    def hitButton(self, position: object) -> bool:
        away = QPointF(position) - QRectF(self.rect()).center()
        return bool(QPointF.dotProduct(away, away) <= (DIAMETER / 2) ** 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.hitButton(event.position()):
            event.ignore()
            return
        # Not `isDown`: a button forgets that when it loses the focus, as when a take begins.
        self._held = True
        self.update()
        self.held.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a button would give up when the pointer leaves it; a speaker may wander

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._held:
            event.ignore()
            return
        self._held = False
        self.update()
        self.let_go.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            event.ignore()  # Space belongs to the page: it tells holding from tapping

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        centre = QRectF(self.rect()).center()
        self._draw_ring(painter, centre)
        self._draw_disc(painter, centre)

    def _draw_ring(self, painter: QPainter, centre: QPointF) -> None:
        colours = theme.now.colours
        ring = QRectF(centre.x() - _RING, centre.y() - _RING, 2 * _RING, 2 * _RING)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.line, 2))
        painter.drawEllipse(ring)
        if self._mode is Mode.RECORDING:
            pen = QPen(colours.recording, 4)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(self._share * 360 * 16))
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 2))
            painter.drawEllipse(centre, _DISC + 6, _DISC + 6)

    def _draw_disc(self, painter: QPainter, centre: QPointF) -> None:
        colours = theme.now.colours
        pressed = self._held or self.underMouse()
        fill, ink = {
            Mode.WAITING: (colours.soft, colours.muted),
            Mode.OFF: (colours.soft, colours.muted),
            Mode.READY: (colours.accent, colours.on_accent),
            Mode.RECORDING: (colours.recording, colours.on_recording),
            Mode.AGAIN: (colours.accent, colours.on_accent),
        }[self._mode]
        if pressed and self.isEnabled():
            fill = theme.mix(colours.text, fill, 0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(centre, _DISC, _DISC)
        if self._mode is Mode.RECORDING:
            half = _STOP / 2
            square = QRectF(centre.x() - half, centre.y() - half, _STOP, _STOP)
            paint.box(painter, square, 6, fill=ink)
            return
        size = 5 * theme.UNIT
        place = QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size)
        icons.draw(painter, _SIGNS.get(self._mode, "microphone"), place, ink)
