"""The recorded take: listen to it, or do it again."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui import icons, paint, theme
from ui.state import TakeStrip as TakeState
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.clock import clock_text
from ui.widgets.key_cap import KeyCap
from ui.widgets.text import Text
from ui.widgets.waveform import Waveform

_FRAME_MS = 33


class TakeStrip(Card):
    play_toggled = Signal()
    rerecord_requested = Signal()
    discard_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=0)
        self.play = PlayButton()
        self.waveform = Waveform("What you said")
        self._time = Text(ink="muted", wrap=False, tabular=True)
        self.discard = Button("Discard", "D", kind=Kind.QUIET)
        self.rerecord = Button("Record again", "R")
        self.play.clicked.connect(self.play_toggled)
        self.discard.clicked.connect(self.discard_requested)
        self.rerecord.clicked.connect(self.rerecord_requested)
        for button in (self.discard, self.rerecord):  # the waveform stays as it is without them
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        row = QHBoxLayout()
        row.setContentsMargins(3 * theme.UNIT, 0, 3 * theme.UNIT, 0)
        row.setSpacing(3 * theme.UNIT)
        listen = QHBoxLayout()
        listen.setSpacing(theme.UNIT)
        listen.addWidget(self.play)
        listen.addWidget(KeyCap("P"))
        row.addLayout(listen)
        row.addWidget(self.waveform, 1)
        row.addWidget(self._time)
        keys = QHBoxLayout()
        keys.setSpacing(theme.UNIT)
        keys.addWidget(self.discard)
        keys.addWidget(self.rerecord)
        row.addLayout(keys)
        self.column.addLayout(row)
        self._duration_ms = 0
        self._play_start = 0.0
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.timeout.connect(self._move)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.now.control(8 * theme.UNIT))

    def draw(self, take: TakeState | None) -> None:
        self.setVisible(take is not None)
        if take is None:
            self._show_playing(False)
            return
        self._duration_ms = take.duration_ms
        self.waveform.show_take(take.peaks)
        self._time.setText(clock_text(take.duration_ms))
        self.rerecord.set_label(_once_more(take))
        self.discard.set_label("Discard all" if take.of_several else "Discard")
        self.rerecord.setVisible(take.can_rerecord)
        self.discard.setVisible(take.can_discard and take.can_rerecord)
        self._show_playing(take.playing)

    def _show_playing(self, playing: bool) -> None:
        if playing == self._frames.isActive():
            return
        self.play.show_playing(playing)
        if playing:
            self._play_start = monotonic()
            self._frames.start()
            self._move()
        else:
            self._frames.stop()
            self.waveform.show_played(None)
            self._time.setText(clock_text(self._duration_ms))

    def _move(self) -> None:
        elapsed_ms = min((monotonic() - self._play_start) * 1000, self._duration_ms)
        self.waveform.show_played(elapsed_ms / max(1, self._duration_ms))
        self._time.setText(clock_text(round(elapsed_ms)))


def _once_more(take: TakeState) -> str:
    if take.of_several:
        return "Start over"
    return "Ask again" if take.replays else "Record again"


class PlayButton(QAbstractButton):
    """A round button; what it does is its sign and its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription("Key P")
        self.setAccessibleName("Play what you said")

    def show_playing(self, playing: bool) -> None:
        self._playing = playing
        self.setAccessibleName("Stop playing" if playing else "Play what you said")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.now.control(), theme.now.control())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        fill = colours.soft if self.underMouse() or self.isDown() else colours.surface
        line, width = (colours.accent, 2.0) if self.hasFocus() else (colours.line, 1.0)
        paint.box(painter, rect, rect.height() / 2, fill=fill, line=line, width=width)
        side = rect.height() * 0.42
        place = QRectF(0, 0, side, side)
        place.moveCenter(rect.center())
        icons.draw(painter, "pause" if self._playing else "play", place, colours.text)
