"""Both answers appear together: same tick, same cadence, by grapheme cluster.

How fast a system wrote, in what pieces and in which script must not be visible. So nothing of the
systems' own pace is left: one clock, one number of clusters, given to both texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ui import theme
from ui.cadence import SLOWEST_PER_S, cadence_per_s
from ui.paint_pass import PaintPass
from ui.widgets.answer_text import AnswerText

SLOW_FRAME_MS = 33
"""For a screen, perhaps a distant one, that shows few frames a second."""
_SLOW_HZ = 45


@dataclass(frozen=True, slots=True)
class RevealReport:
    """When the two answers were really painted. Times are monotonic."""

    start_ms: float
    """The tick on which both began."""
    first_a_ms: float
    """First pass of painting that showed any of the text; likewise for b. Passes, not cards: of two
    that one frame shows, neither comes first."""
    first_b_ms: float
    last_a_ms: float
    """First pass that showed all of the text; likewise for b."""
    last_b_ms: float
    clusters_per_s: float
    """The cadence, the same for both; 0 when the whole text was painted at once."""
    clusters_a: int
    clusters_b: int
    truncated_a: bool = False
    truncated_b: bool = False
    painted_a: str = ""
    """The whole text that was painted, made safe; likewise for b."""
    painted_b: str = ""


class Reveal(QObject):
    """Uncovers two texts from one timer."""

    finished = Signal(object)
    """`RevealReport`, once all of both texts has been painted."""

    def __init__(self, text_a: AnswerText, text_b: AnswerText, parent: QObject) -> None:
        super().__init__(parent)
        self._texts = (text_a, text_b)
        self.timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._tick)
        self._start_ms = 0.0
        self._cadence = SLOWEST_PER_S
        self._running = False
        together = PaintPass(self)
        for text in self._texts:
            text.paint_pass = together
            text.fully_painted.connect(self._settle)

    @property
    def clusters_per_s(self) -> float:
        return self._cadence

    @property
    def running(self) -> bool:
        return self._running

    def start(self) -> None:
        """Begin with both texts covered; all at once where the system asks for less motion."""
        for text in self._texts:
            text.cover()
        self._running = True
        self._cadence = cadence_per_s(max(text.clusters for text in self._texts))
        screen = self._texts[0].screen()
        slow = screen is not None and screen.refreshRate() <= _SLOW_HZ
        self._start_ms = monotonic() * 1000
        if theme.now.reduced_motion:
            self._cadence = 0.0
            self._uncover_all()
            return
        self.timer.start(SLOW_FRAME_MS if slow else theme.FRAME_MS)
        self._tick()

    def stop(self) -> None:
        """Leave what is shown as it is and report nothing."""
        self.timer.stop()
        self._running = False

    def show_all(self) -> None:
        """Both texts at once, for a battle that was revealed before."""
        self.stop()
        self._uncover_all()

    def _tick(self) -> None:
        elapsed_s = monotonic() - self._start_ms / 1000
        clusters = int(elapsed_s * self._cadence) + 1
        for text in self._texts:
            text.uncover(clusters)
        if clusters >= max(text.clusters for text in self._texts):
            self.timer.stop()

    def _uncover_all(self) -> None:
        for text in self._texts:
            text.uncover_all()

    def _settle(self) -> None:
        """Report once both have been painted to the end."""
        times = [(text.first_paint_ms, text.last_paint_ms) for text in self._texts]
        (first_a, last_a), (first_b, last_b) = times
        if not self._running or None in (first_a, last_a, first_b, last_b):
            return
        self.stop()
        self.finished.emit(
            RevealReport(
                start_ms=self._start_ms,
                first_a_ms=first_a,
                first_b_ms=first_b,
                last_a_ms=last_a,
                last_b_ms=last_b,
                clusters_per_s=self._cadence,
                clusters_a=self._texts[0].clusters,
                clusters_b=self._texts[1].clusters,
                painted_a=self._texts[0].laid_out,
                painted_b=self._texts[1].laid_out,
            )
        )
