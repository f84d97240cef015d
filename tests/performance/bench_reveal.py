"""Whether both answers begin on the same frame: when each card first painted any of its text, over
many battles of very different answers, on the page that participants see.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, permutations
from statistics import median, quantiles

from tests.performance.figure import Figure

BATTLES = 1_000
SHARE = 0.99
PATIENCE_MS = 10_000

TEN_WORDS = "Take a coat with you, it may rain after noon."
ANSWERS = (
    "Salt keeps, and marine salt keeps longest. " * 1_560,  # 64 kB
    TEN_WORDS,
    "Yes.",
    "สวัสดีครับ วันนี้อากาศดีมาก " * 12,
    "把盐和水混合然后保持温暖。" * 60,
    "مرحبا بالعالم، كيف حالك اليوم؟ " * 20,
    "👨\u200d👩\u200d👧👍🏽🇩🇪e\u0301 " * 40,
    "One.\n\nTwo.\n\nThree.\n" * 30,
)


def run() -> list[Figure]:
    """Some two minutes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    apart_ms = sorted(onsets(BATTLES))
    frame_ms = 1000 / 60
    within = sum(gap <= frame_ms for gap in apart_ms) / len(apart_ms)
    floor = f"{frame_ms:.1f} ms: a frame of 60 Hz"
    tail = quantiles(apart_ms, n=100, method="inclusive")
    note = f"{len(apart_ms):,} battles, one answer of 64 kB and one of ten words among them"
    return [
        Figure("both answers begin within one frame", 100 * within, "%", "≥ 99 %", floor, note),
        Figure("onset of one answer after the other", median(apart_ms), "ms", "", floor, "median"),
        Figure(
            "onset of one answer after the other: 99th per cent", tail[98], "ms", "", floor, note
        ),
        Figure("onset of one answer after the other: worst", apart_ms[-1], "ms", "", floor, note),
    ]


def onsets(battles: int) -> Iterator[float]:
    """Of each battle, how much later one card first painted than the other, in milliseconds."""
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.window import SIZE, MainWindow

    app = QApplication.instance() or QApplication(["earshot"])
    assert isinstance(app, QApplication)
    theme.apply(app, font_scale=1.0)
    window = MainWindow()
    window.resize(SIZE)
    window.show_page("arena")
    window.show()
    for number, pair in enumerate(_pairs(battles), 1):
        yield _apart_ms(window, number, pair)
    window.close()


def _pairs(battles: int) -> Iterator[Sequence[str]]:
    """Every ordered pair of the answers in turn, from the longest beside ten words on."""
    every = list(permutations(ANSWERS, 2))
    rounds = -(-battles // len(every))
    return islice(iter(every * rounds), battles)


def _apart_ms(window: object, number: int, pair: Sequence[str]) -> float:
    from tests.performance.stage import Patience
    from tests.ui.states import JUDGING
    from ui.state import CardState, Phase
    from ui.window import MainWindow

    assert isinstance(window, MainWindow)
    page = window.arena
    thinking = replace(JUDGING, number=number, phase=Phase.THINKING)
    page.draw(replace(thinking, card_a=CardState(), card_b=CardState()))
    cards = (CardState(text=pair[0]), CardState(text=pair[1]))
    page.draw(replace(thinking, phase=Phase.REVEALING, card_a=cards[0], card_b=cards[1]))
    texts = (page.judge.cards.a.text, page.judge.cards.b.text)
    Patience().waitUntil(
        lambda: all(text.first_paint_ms is not None for text in texts), timeout=PATIENCE_MS
    )
    a, b = (text.first_paint_ms or 0.0 for text in texts)
    return abs(a - b)
