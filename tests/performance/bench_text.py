"""What long and hostile answers cost the window."""

from __future__ import annotations

import os
from statistics import median, quantiles
from time import perf_counter

from tests.performance.figure import Figure

_WORD = "x" * 1_000_000
_PROSE = "Mix about 25 g of marine salt per litre and keep it warm. " * 1_200
_CHINESE = "把盐和水混合然后保持温暖" * 2_000
_USUAL = _PROSE[:400]


def run() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from ui import theme

    app = QApplication.instance() or QApplication(["earshot"])
    assert isinstance(app, QApplication)
    theme.apply(app, font_scale=1.0)
    return [
        _clean("1 MB of one word made safe", _WORD),
        _lay_out("1 MB of one word laid out", _WORD),
        _lay_out("1 MB of prose laid out", _PROSE * 15),
        _lay_out(
            "64 kB of Chinese laid out",
            _CHINESE,
            note="after the first, which opens the font",
        ),
        *_ticks("usual answers", _USUAL),
        *_ticks("two answers of 64 kB", _PROSE),
    ]


def _clean(name: str, raw: str) -> Figure:
    from ui.safe_text import safe_text

    start = perf_counter()
    safe_text(raw)
    return Figure(name, _ms(start), "ms", "≤ 100 ms", "")


def _lay_out(name: str, raw: str, note: str = "") -> Figure:
    from PySide6.QtWidgets import QApplication

    from ui.safe_text import safe_text
    from ui.widgets.answer_text import AnswerText

    view = AnswerText("Answer")
    view.resize(532, 368)
    view.show()
    QApplication.processEvents()
    text = safe_text(raw).text
    start = perf_counter()
    view.set_text(text)
    view.uncover_all()
    view.repaint()
    figure = Figure(name, _ms(start), "ms", "≤ 100 ms", "", note)
    view.close()
    return figure


def _ticks(name: str, raw: str) -> list[Figure]:
    """Both cards uncovered tick by tick, each tick painted at once, as fast as it goes."""
    from PySide6.QtWidgets import QApplication

    from ui.reveal import cadence_per_s
    from ui.safe_text import safe_text
    from ui.state import CardState
    from ui.widgets.answer_card import CardPair

    pair = CardPair()
    pair.resize(1152, 368)
    pair.show()
    QApplication.processEvents()
    for card in (pair.a, pair.b):
        card.lay_out(CardState(safe_text(raw).text))
        card.text.cover()
    step = cadence_per_s(pair.a.text.clusters) / 60
    costs = []
    shown = 0.0
    while shown < pair.a.text.clusters:
        shown += step
        start = perf_counter()
        for card in (pair.a, pair.b):
            card.text.uncover(int(shown))
        QApplication.processEvents()
        costs.append(_ms(start))
    pair.close()
    return [
        Figure(f"One tick of the reveal, {name}, median", median(costs), "ms", "≤ 16 ms", ""),
        Figure(
            f"One tick of the reveal, {name}, 99th per cent",
            quantiles(costs, n=100)[98],
            "ms",
            "≤ 16 ms",
            "",
        ),
    ]


def _ms(start: float) -> float:
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name}: {figure.value:.1f} {figure.unit} ({figure.target}) {figure.note}")
