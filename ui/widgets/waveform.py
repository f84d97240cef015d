"""Speech as bars: growing while it is recorded, whole once it is taken."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint, theme

_PITCH = 4
_BAR = 2
_LONGEST_BARS = 2_000


class Waveform(QWidget):
    """Bars of peaks in [0, 1]; silence is a dot, so the line never breaks off."""

    def __init__(self, name: str, parent: QWidget | None = None, *, height: int = 40) -> None:
        super().__init__(parent)
        self._height = height
        self._peaks: deque[float] = deque(maxlen=_LONGEST_BARS)
        self._live = True
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
        self._played = None
        self.update()

    def extend(self, peaks: tuple[float, ...]) -> None:
        """Add the newest bars of a take that is being recorded; old ones move out at the left."""
        if peaks:
            self._peaks.extend(peaks)
            self.update()

    def show_take(self, peaks: tuple[float, ...]) -> None:
        """A finished take, fitted to the width."""
        if not self._live and tuple(self._peaks) == peaks:
            return
        self._peaks = deque(peaks, maxlen=_LONGEST_BARS)
        self._live = False
        self.update()

    def show_played(self, share: float | None) -> None:
        """Mark the first `share` of the take as played; None while it is not playing."""
        if share != self._played:
            self._played = share
            self.update()

    def bars(self, count: int) -> list[float]:
        """The heights of `count` bars as they are drawn, in [0, 1]."""
        peaks = list(self._peaks)
        if self._live:
            newest = peaks[-count:]
            return newest + [0.0] * (count - len(newest))
        if not peaks or count < 1:
            return [0.0] * count
        edges = [round(i * len(peaks) / count) for i in range(count + 1)]
        return [max(peaks[a : max(b, a + 1)] or [0.0]) for a, b in pairwise(edges)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        painter.setPen(Qt.PenStyle.NoPen)
        count = self.width() // _PITCH
        played = count if self._played is None else round(self._played * count)
        rest = theme.mix(colours.muted, colours.surface, 0.45)
        for index, peak in enumerate(self.bars(count)):
            height = max(_BAR, min(peak, 1.0) * self.height())
            top = (self.height() - height) / 2
            painter.setBrush(colours.muted if index < played else rest)
            painter.drawRoundedRect(QRectF(index * _PITCH, top, _BAR, height), 1, 1)
