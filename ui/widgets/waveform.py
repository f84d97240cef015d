"""Speech as bars: growing while it is recorded, whole once it is taken."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from time import monotonic

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint, theme

_PITCH = 4
_BAR = 2
_LONGEST_BARS = 2_000
_STRIP_MORE = 64
"""Bars that a picture of a recording is longer than the widget, so that it serves for seconds."""
BAR_MS = 50.0
"""A bar of a take that is being recorded lasts so long."""
_MOST_BEHIND = 2.0
"""Bars that may be waiting to be shown: they come in small lots, and are shown evenly."""


class Waveform(QWidget):
    """Bars of peaks in [0, 1]; silence is a dot, so the line never breaks off."""

    def __init__(self, name: str, parent: QWidget | None = None, *, height: int = 40) -> None:
        super().__init__(parent)
        self._height = height
        self._peaks: deque[float] = deque(maxlen=_LONGEST_BARS)
        self._live = True
        self._received = 0
        self._shown = 0.0
        """How many bars of a live take are drawn; the newest of them grows."""
        self._strip = QPixmap()
        self._strip_key: tuple[object, ...] = ()
        self._strip_first = 0  # the number of its first bar
        self._strip_bars = 0
        self._strip_whole = 0  # up to where its bars have their heights
        self._moved_s = 0.0
        self.frames = QTimer(self, interval=theme.FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self.frames.timeout.connect(self._move)
        self._played: float | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180 * _PITCH, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * _PITCH, self._height)

    @property
    def played(self) -> float | None:
        return self._played

    def clear(self) -> None:
        self._peaks.clear()
        self._live = True
        self._received, self._shown = 0, 0.0
        self._strip_key = ()
        self.frames.stop()
        self._played = None
        self.update()

    def extend(self, peaks: tuple[float, ...]) -> None:
        """Add the newest bars of a take that is being recorded; old ones move out at the left."""
        if not peaks:
            return
        self._peaks.extend(peaks)
        self._received += len(peaks)
        behind = 0.0 if theme.now.reduced_motion else _MOST_BEHIND
        self._shown = max(self._shown, self._received - behind)
        self.update()
        if self._shown < self._received and not self.frames.isActive():
            self._moved_s = monotonic()
            self.frames.start()

    def show_take(self, peaks: tuple[float, ...]) -> None:
        """A finished take, fitted to the width."""
        if not self._live and tuple(self._peaks) == peaks:
            return
        self._peaks = deque(peaks, maxlen=_LONGEST_BARS)
        self._live = False
        self.frames.stop()
        self.update()

    def show_played(self, share: float | None) -> None:
        """Mark the first `share` of the take as played; None while it is not playing."""
        if share != self._played:
            self._played = share
            self.update()

    def bars(self, count: int) -> list[float]:
        """The heights of `count` bars as they are drawn, in [0, 1]."""
        if self._live:
            return self._live_bars(int(max(0.0, self._shown - count)), count)
        peaks = list(self._peaks)
        if not peaks or count < 1:
            return [0.0] * count
        edges = [round(i * len(peaks) / count) for i in range(count + 1)]
        return [max(peaks[a : max(b, a + 1)] or [0.0]) for a, b in pairwise(edges)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._live:
            self._draw_live(painter)
        else:
            self._draw_take(painter)

    def _move(self) -> None:
        """Show the bars as evenly as they were spoken, whenever they come."""
        now_s = monotonic()
        even = self._shown + (now_s - self._moved_s) * 1000 / BAR_MS
        self._moved_s = now_s
        self._shown = min(even, float(self._received))
        if self._shown == self._received:
            self.frames.stop()
        self.update()

    def _live_bars(self, first: int, count: int) -> list[float]:
        """Bars from `first` on, those that are not whole yet and those to come as silence."""
        gone = self._received - len(self._peaks)
        whole = list(self._peaks)[max(0, first - gone) : max(0, int(self._shown) - gone)][:count]
        return whole + [0.0] * (count - len(whole))

    def _draw_live(self, painter: QPainter) -> None:
        """The whole bars from a picture of them, which only moves; the newest on top."""
        out = max(0.0, self._shown - self.width() // _PITCH)
        newest, grown = divmod(self._shown, 1)
        self._keep_strip(int(out), int(newest))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QPointF((self._strip_first - out) * _PITCH, 0), self._strip)
        if grown:
            peak = self._peaks[int(newest) - self._received]
            painter.setBrush(theme.now.colours.muted)
            self._draw_bar(painter, (newest - out) * _PITCH, peak * grown)

    def _keep_strip(self, first: int, whole: int) -> None:
        """Have a picture of the bars from `first` on, with those before `whole` at their heights.

        Of one that reaches far enough only what is new is drawn: all of it, for every new bar, was
        half of what a recording window took of the processor.
        """
        count = self.width() // _PITCH + 1
        key = (self.size(), self.devicePixelRatioF(), theme.now.dark)
        if key == self._strip_key and first + count <= self._strip_first + self._strip_bars:
            if whole > self._strip_whole:
                self._draw_strip(self._strip_whole, whole)
            return
        self._strip_key, self._strip_first = key, first
        self._strip_bars = count + _STRIP_MORE
        ratio = self.devicePixelRatioF()
        self._strip = QPixmap(QSize(self._strip_bars * _PITCH, self.height()) * ratio)
        self._strip.setDevicePixelRatio(ratio)
        self._strip.fill(Qt.GlobalColor.transparent)
        self._draw_strip(first, first + self._strip_bars)

    def _draw_strip(self, first: int, end: int) -> None:
        """The bars from `first` up to `end`; those not whole yet and those to come as silence."""
        self._strip_whole = int(self._shown)
        painter = QPainter(self._strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        left = (first - self._strip_first) * _PITCH
        painter.fillRect(left, 0, (end - first) * _PITCH, self.height(), Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.now.colours.muted)
        for index, peak in enumerate(self._live_bars(first, end - first)):
            self._draw_bar(painter, left + index * _PITCH, peak)
        painter.end()

    def _draw_take(self, painter: QPainter) -> None:
        colours = theme.now.colours
        count = self.width() // _PITCH
        played = count if self._played is None else round(self._played * count)
        rest = theme.mix(colours.muted, colours.surface, 0.45)
        for index, peak in enumerate(self.bars(count)):
            painter.setBrush(colours.muted if index < played else rest)
            self._draw_bar(painter, index * _PITCH, peak)

    def _draw_bar(self, painter: QPainter, left: float, peak: float) -> None:
        height = max(_BAR, min(peak, 1.0) * self.height())
        top = (self.height() - height) / 2
        painter.drawRoundedRect(QRectF(left, top, _BAR, height), 1, 1)
