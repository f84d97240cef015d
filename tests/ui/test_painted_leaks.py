"""What the cards really paint, fed to the leak meter: no side is told by when it appeared."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ranker.audit.material import Exchange, Side
from ranker.audit.meter import audited
from tests.ui.states import JUDGING
from ui.state import CardState, Phase
from ui.window import MainWindow

BATTLES = 60
ANSWERS = {
    "terse": "Ten short words are all that this one ever says.",
    "endless": "word " * 13_000,
    "thai": "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย " * 40,
}


def painted(window: MainWindow, qtbot: QtBot, number: int, a: str, b: str) -> Exchange:
    """One reveal, until both sides have been painted for the first time."""
    page = window.arena
    cards = {"card_a": CardState(ANSWERS[a]), "card_b": CardState(ANSWERS[b])}
    page.draw(replace(JUDGING, number=number, phase=Phase.THINKING))
    page.draw(replace(JUDGING, number=number, phase=Phase.REVEALING, **cards))
    texts = page.judge.cards.a.text, page.judge.cards.b.text
    qtbot.waitUntil(lambda: None not in (texts[0].first_paint_ms, texts[1].first_paint_ms))
    onsets = [text.first_paint_ms - page.judge.reveal._start_ms for text in texts]
    page.judge.reveal.stop()
    sides = [Side(system, "", onset) for system, onset in zip((a, b), onsets, strict=True)]
    return Exchange(f"battle-{number}", None, 0.0, 240.0, sides[0], sides[1])


@pytest.mark.local
def test_no_side_is_told_by_when_it_was_painted(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("arena")
    QApplication.processEvents()
    pairs = [*permutations(ANSWERS, 2)]
    order = np.random.default_rng(8).permutation(BATTLES)
    exchanges = [
        painted(window, qtbot, number, *pairs[nth % len(pairs)]) for number, nth in enumerate(order)
    ]
    score = audited(exchanges, names=["slot"]).figure("slot").score
    assert score is not None
    assert not score.leaks
