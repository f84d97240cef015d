"""What else a vote says, and thinking better of it: rows are added, and the last one counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import ranker
from local_db.errors import DiskFull
from local_db.export import export
from local_db.reader import open_reader
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles, voting
from ui.state import FinishedState, Phase, Vote

K = Qt.Key
SHEET = "each_side = true\nreason_codes = true"


def voted(stage: Rehearsal, key: K = K.Key_1) -> Rehearsal:
    voting(stage).vote(key)
    return stage


def changing(stage: Rehearsal) -> Rehearsal:
    stage.press(K.Key_U)
    stage.until(Phase.CHANGING)
    return stage


def at_the_next_battle(stage: Rehearsal) -> Rehearsal:
    voted(stage).next()
    stage.until_state(lambda state: state.number == 2 and state.phase is Phase.READY)
    return stage


def explain(stage: Rehearsal, words: str) -> None:
    stage.press(K.Key_T)
    stage.until(Phase.REASON_EDITING)
    editor = QApplication.focusWidget()
    QTest.keyClick(editor, K.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, words)
    QTest.keyClick(editor, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    stage.until(Phase.VOTED)


def tick(stage: Rehearsal, side: K, *figures: K) -> None:
    """Go to a side of the sheet, and press figures there."""
    stage.press(side)
    for figure in figures:
        QTest.keyClick(QApplication.focusWidget(), figure)


@pytest.mark.parametrize(
    ("key", "choice", "strength"),
    [
        pytest.param(K.Key_1, "a", "clearly", marks=pytest.mark.local),
        pytest.param(K.Key_2, "a", "slightly", marks=pytest.mark.local),
        pytest.param(K.Key_3, "tie", None, marks=pytest.mark.local),
        pytest.param(K.Key_4, "both_bad", None, marks=pytest.mark.local),
        pytest.param(K.Key_5, "b", "slightly", marks=pytest.mark.local),
        (K.Key_6, "b", "clearly"),
        pytest.param(K.Key_0, "cannot_judge", None, marks=pytest.mark.local),
    ],
)
def test_one_key_says_who_and_by_how_much(rehearse, key: K, choice: str, strength: str | None):
    stage = voted(rehearse(TWO, vote="strength = true"), key)
    (battle,) = battles(stage)
    assert (battle.vote.choice, battle.vote.strength) == (choice, strength)
    seen: list[FinishedState] = []
    stage.program.session_finished.connect(seen.append)
    stage.press(K.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    told = seen[0].rows[0].vote_text
    assert told == f"{choice.upper()} is {strength} better" or (strength is None and told)


@pytest.mark.local
def test_where_no_strength_is_asked_none_is_kept(rehearse):
    (battle,) = battles(voted(rehearse(TWO)))
    assert (battle.vote.strength, battle.vote.judged) == (None, None)


@pytest.mark.local
def test_how_both_answers_were_read_is_kept_with_the_vote(rehearse):
    (battle,) = battles(voted(rehearse(TWO)))
    read = battle.vote.facts["read"]
    assert set(read) == {"a", "b", "first_scrolled", "first_focused", "first_hovered"}
    assert read["a"]["scrolled"] == read["b"]["scrolled"] == 1.0  # both fit
    assert "changed_after_ms" not in battle.vote.facts


def test_what_is_ticked_is_a_row_of_its_own_after_the_vote(rehearse):
    stage = voted(rehearse(TWO, vote=SHEET))
    tick(stage, K.Key_A, K.Key_1, K.Key_3)
    tick(stage, K.Key_B, K.Key_2, K.Key_8, K.Key_0, K.Key_0)
    (battle,) = battles(stage)
    assert len(battle.votes) == 1  # with the next step
    stage.next()
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    first, second = battle.votes
    assert second.judged == {
        "good": {"a": True, "b": False},
        "reasons": {"a": ["level_of_detail"], "b": ["heard_wrong"]},
    }
    assert (first.judged, second.supersedes) == (None, first.id)
    same = ("choice", "strength", "time_to_vote_ms", "facts")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]


@pytest.mark.local
def test_one_key_skips_what_is_asked_after_the_vote(rehearse):
    stage = voted(rehearse(TWO, vote=SHEET))
    assert stage.window.arena.judge.sheet.isVisible()
    stage.press(K.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    assert [vote.judged for vote in battle.votes] == [None]


@pytest.mark.local
def test_what_is_ticked_is_kept_before_any_name_is_told(rehearse):
    stage = voted(rehearse(TWO, battles=2, vote=SHEET, reveal="each_vote"))
    tick(stage, K.Key_A, K.Key_1)
    stage.press(K.Key_Return)
    stage.until(Phase.NAMED)
    (battle,) = battles(stage)
    assert battle.vote.judged == {"good": {"a": True}}


@pytest.mark.local
def test_what_is_ticked_is_kept_by_who_leaves(rehearse):
    stage = voted(rehearse(TWO, battles=2, vote=SHEET))
    tick(stage, K.Key_B, K.Key_2)
    stage.press(K.Key_Escape)
    stage.press(K.Key_L)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    assert battle.vote.judged == {"good": {"b": False}}


def test_an_undone_vote_counts_until_another_is_chosen_and_then_that_one(rehearse, tmp_path: Path):
    stage = voted(rehearse(TWO))
    assert 0 < stage.state.undo_ms <= 10_000
    changing(stage)
    (battle,) = battles(stage)
    assert (battle.vote.choice, stage.state.vote) == ("a", Vote.A)
    stage.press(K.Key_4)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    first, second = battle.votes
    assert (first.choice, second.choice, second.supersedes) == ("a", "b", first.id)
    assert battle.vote == second
    assert 0 <= second.facts["changed_after_ms"] < 10_000
    assert second.time_to_vote_ms > first.time_to_vote_ms
    export(stage.home.database, stage.home.takes, tmp_path / "export")
    board = ranker.rank([tmp_path / "export"])
    assert board.n_votes == 1
    assert board.rows[0].system == battle.b.system


@pytest.mark.local
@pytest.mark.parametrize("key", [K.Key_Escape, K.Key_1])
def test_who_thinks_better_of_changing_changes_nothing(rehearse, key: K):
    stage = changing(voted(rehearse(TWO)))
    stage.press(key)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]


def test_the_last_vote_can_be_changed_until_the_next_recording(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2)))
    assert (stage.state.number, stage.state.vote) == (1, Vote.A)
    stage.press(K.Key_2)
    stage.until(Phase.VOTED)
    stage.press(K.Key_Return)
    stage.until(Phase.READY)
    assert stage.state.number == 2
    first, second = battles(stage)
    assert [vote.choice for vote in first.votes] == ["a", "tie"]
    assert (first.state, second.state) == ("voted", "open")
    stage.press(K.Key_Space)
    stage.until(Phase.RECORDING)
    assert not stage.state.can_change
    stage.press(K.Key_D)
    stage.until(Phase.READY)
    assert not stage.state.can_change
    stage.press(K.Key_U)
    assert stage.state.phase is Phase.READY


@pytest.mark.local
def test_a_changed_vote_is_no_second_vote_of_its_session(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2)))
    seen: list[FinishedState] = []
    stage.program.session_finished.connect(seen.append)
    stage.press(K.Key_2)
    stage.until(Phase.VOTED)
    stage.press(K.Key_Return)
    stage.until(Phase.READY)
    with open_reader(stage.home.database) as reader:
        study = reader.studies()[0]
        assert sorted(reader.pair_counts(study).values()) == [1, 1]
    stage.speak()
    stage.vote(K.Key_4)
    stage.press(K.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert [(b.state, b.vote.choice) for b in battles(stage)] == [("voted", "tie"), ("voted", "b")]
    assert (seen[0].voted, seen[0].total) == (2, 2)
    assert [row.vote_text for row in seen[0].rows] == ["Tie", "B is better"]


@pytest.mark.local
def test_escape_leads_back_to_the_battle_that_waits(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2)))
    stage.press(K.Key_Escape)
    stage.until(Phase.READY)
    assert (stage.state.number, stage.state.can_change) == (2, True)
    stage.speak()
    stage.vote(K.Key_4)
    assert [battle.vote.choice for battle in battles(stage)] == ["a", "b"]


@pytest.mark.local
def test_what_is_ticked_from_the_next_page_is_kept_on_the_way_back(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2, vote=SHEET)))
    stage.press(K.Key_2)
    stage.until(Phase.VOTED)
    tick(stage, K.Key_A, K.Key_1)
    changing(stage).press(K.Key_Escape)
    stage.until(Phase.READY)
    first, _ = battles(stage)
    assert [(vote.choice, vote.judged) for vote in first.votes] == [
        ("a", None),
        ("tie", None),
        ("tie", {"good": {"a": True}}),
    ]


@pytest.mark.local
def test_leaving_from_a_vote_that_is_changed_abandons_the_battle_that_waits(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2)))
    stage.press(K.Key_Escape)
    stage.until(Phase.READY)
    changing(stage)
    stage.press(K.Key_2)
    stage.until(Phase.VOTED)
    stage.press(K.Key_Escape)
    stage.press(K.Key_L)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    first, second = battles(stage)
    assert (first.state, first.vote.choice) == ("voted", "tie")
    assert (second.state, second.ended_reason) == ("abandoned", "left")


@pytest.mark.local
def test_once_names_are_told_no_vote_can_be_changed(rehearse):
    stage = voted(rehearse(TWO, battles=2, reveal="each_vote"))
    stage.press(K.Key_Return)
    for phase in (Phase.NAMED, Phase.READY):
        stage.until(phase)
        assert not stage.state.can_change
        stage.press(K.Key_U)
        stage.press(K.Key_4)
        assert stage.state.phase is phase
        stage.press(K.Key_Return)
    first, *_ = battles(stage)
    assert [vote.choice for vote in first.votes] == ["a"]


@pytest.mark.local
def test_a_reason_stays_with_the_choice_that_it_explains(rehearse):
    stage = voted(rehearse(TWO))
    explain(stage, "Shorter.")
    changing(stage).press(K.Key_4)
    stage.until(Phase.VOTED)
    assert not stage.state.reason.saved
    (battle,) = battles(stage)
    assert [why.in_force for why in battle.justifications] == [False]
    explain(stage, " No, longer.")
    (battle,) = battles(stage)
    first, second = battle.justifications
    assert (second.text, second.vote_id) == ("Shorter. No, longer.", battle.vote.id)
    assert (first.in_force, second.in_force, second.supersedes) == (False, True, None)


@pytest.mark.local
def test_a_reason_outlives_what_repeats_its_choice(rehearse):
    stage = voted(rehearse(TWO, battles=2, vote=f"strength = true\n{SHEET}"))
    explain(stage, "Shorter.")
    tick(stage, K.Key_A, K.Key_1)
    changing(stage).press(K.Key_2)  # A, but only slightly
    stage.until(Phase.VOTED)
    assert stage.state.reason.saved
    explain(stage, " And right.")
    stage.press(K.Key_Return)
    stage.until(Phase.READY)
    changing(stage).press(K.Key_Escape)
    stage.until(Phase.READY)
    first, _ = battles(stage)
    assert [(why.text, why.in_force) for why in first.justifications] == [
        ("Shorter.", False),
        ("Shorter. And right.", True),
    ]
    assert (first.vote.strength, first.vote.judged) == ("slightly", {"good": {"a": True}})


@pytest.mark.local
def test_a_vote_that_cannot_be_changed_on_a_full_disk_stands_and_is_changed_later(
    rehearse, monkeypatch: pytest.MonkeyPatch
):
    stage = changing(voted(rehearse(TWO)))
    store = stage.program._store
    with monkeypatch.context() as full:

        def no_room(_: object) -> str:
            raise DiskFull(stage.home.database)

        full.setattr(store, "add_vote", no_room)
        stage.press(K.Key_4)
        stage.until_state(lambda state: state.problem is not None)
    assert (stage.state.phase, stage.state.vote) == (Phase.CHANGING, Vote.A)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]
    stage.press(K.Key_Return)  # “Try again”
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a", "b"]


@pytest.mark.local
def test_a_program_that_ends_while_a_vote_is_changed_has_kept_the_one_before(rehearse):
    stage = changing(at_the_next_battle(rehearse(TWO, battles=2)))
    stage.close()  # as a power cut would
    again = rehearse(TWO, battles=2)
    assert "after 1 of 2" in again.program.compare_state.resume_text
    again.start()
    assert (again.state.number, again.state.can_change) == (2, False)
    first, abandoned, now = battles(again)
    assert [vote.choice for vote in first.votes] == ["a"]
    assert (abandoned.state, now.state) == ("abandoned", "open")
