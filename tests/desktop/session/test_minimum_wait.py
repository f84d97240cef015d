"""How a study has answers shown: not before a minimum wait, and without Markdown marks."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt

from desktop.session.waiting import NotBefore
from tests.helpers.rehearsal import PATIENCE_MS, TWO, battles, voting
from ui.state import Phase

WAIT_MS = 700


def waiting(milliseconds: int) -> str:
    return f"[show]\nminimum_wait_ms = {milliseconds}"


def test_quick_answers_wait_for_the_minimum(rehearse):
    stage = voting(rehearse(TWO, tables=waiting(WAIT_MS)))
    (battle,) = battles(stage)
    shown = battle.turns[0].shown
    both = (battle.turns[0].a, battle.turns[0].b)
    assert max(answer.timings["total_ms"] for answer in both) < WAIT_MS
    assert shown.wait_ms >= WAIT_MS


def test_slow_answers_wait_no_longer(rehearse):
    slow = {"canary-one": {"delay_ms": 400}, "canary-two": {}}
    stage = voting(rehearse(slow, tables=waiting(1)))
    (battle,) = battles(stage)
    assert battle.turns[0].shown.wait_ms >= 400


def test_whoever_leaves_while_both_are_held_back_sees_nothing_more(rehearse):
    stage = rehearse(TWO, tables=waiting(60_000))
    stage.start()
    stage.speak()
    stage.until(Phase.THINKING)
    stage.qtbot.waitUntil(lambda: battles(stage)[0].turns[0].b is not None, timeout=PATIENCE_MS)
    stage.press(Qt.Key.Key_Escape)
    stage.press(Qt.Key.Key_L)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    assert battle.state == "abandoned"
    assert stage.state.phase is Phase.THINKING


def test_marks_are_taken_away_on_both_cards_and_kept_in_the_store(rehearse):
    marked = {
        "canary-one": {"answers": ["# Yes\n\n- **one**\n- two"]},
        "canary-two": {"answers": ["Yes, *one* and `two`."]},
    }
    stage = voting(rehearse(marked, tables='[show]\nmarkdown = "plain"'))
    shown = {stage.state.card_a.text, stage.state.card_b.text}
    assert shown == {"Yes\n\none\ntwo", "Yes, one and two."}
    (battle,) = battles(stage)
    kept = {battle.turns[0].a.text, battle.turns[0].b.text}
    assert kept == {script["answers"][0] for script in marked.values()}


def test_without_a_word_in_the_study_marks_stay(rehearse):
    stage = voting(rehearse({"canary-one": {"answers": ["**one**"]}, "canary-two": {}}))
    assert "**one**" in (stage.state.card_a.text, stage.state.card_b.text)


def test_what_was_dropped_is_not_done() -> None:
    posted: list = []
    done: list[str] = []
    not_before = NotBefore(lambda call: posted.append(call))
    not_before.run(0.0, lambda _: done.append("at once"))
    assert done == ["at once"]
    not_before.run(time.monotonic() + 0.01, lambda _: done.append("dropped"))
    while not posted:
        time.sleep(0.001)
    not_before.drop()  # between being due and being done
    posted.pop()()
    assert done == ["at once"]
    not_before.run(time.monotonic() + 3600, lambda _: done.append("dropped"))
    not_before.drop()  # and nothing is left that waits an hour
