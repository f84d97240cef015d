"""Battles of several turns: what each system is told, what is kept, and what can be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.errors import StudyProblem
from desktop.session.battle import Step, follows
from desktop.session.study_parts import Design
from desktop.session.study_table import StudyTable
from desktop.session.study_turns import (
    History,
    Turns,
    read_turns,
    require_ears_for_turns,
    require_one_turn_for_checks,
)
from engines.api import Part, Prompt, System, Turn
from engines.asking import prompt_sha256
from engines.registry import find_engines
from local_db.export import line_of
from local_db.kept import Battle
from local_db.reader import open_reader
from tests.helpers.rehearsal import Rehearsal, echo_entry
from tests.helpers.visible_words import words_of
from ui.state import Phase

SAID = ["first", "second", "third"]
TWO = {
    "canary-one": {"answers": ["One."], "recalls": True},
    "canary-two": {"answers": ["Two."], "recalls": True},
}
SEPARATE = "[turns]\nmost = 3\n"
COMMON = f'{SEPARATE}history = "common"\n'

Rehearse = Callable[..., Rehearsal]


def hold(rehearse: Rehearse, tables: str, *, ears: bool = True, **options: object) -> Rehearsal:
    """A session whose first question was answered."""
    entries = {
        name: echo_entry(name, recogniser={"heard": SAID}, **script) for name, script in TWO.items()
    }
    if not ears:
        entries = {
            name: replace(entry, system=replace(entry.system, recogniser=None, hypothesis=""))
            for name, entry in entries.items()
        }
    stage: Rehearsal = rehearse(TWO, tables=tables, catalogue=entries, **options)
    stage.start()
    answered(stage)
    return stage


def answered(stage: Rehearsal) -> None:
    stage.speak()
    stage.until(Phase.VOTING)


def go_on(stage: Rehearsal, key: Qt.Key) -> None:
    """To a turn in which both answered."""
    stage.press(key)
    stage.until(Phase.READY if key is not Qt.Key.Key_Space else Phase.RECORDING)
    if key is Qt.Key.Key_Space:  # which has begun the recording
        stage.press(Qt.Key.Key_Space)
        stage.until(Phase.VOTING)
    else:
        answered(stage)


def kept(stage: Rehearsal) -> list[Battle]:
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().holds
        assert reader.verify_chain().ok
        return reader.battles()


def told(text: str) -> list[str]:
    """What an echo says it was told of."""
    return [line.removeprefix("Before: ") for line in text.splitlines() if "->" in line]


def test_separate_histories_are_each_systems_own(rehearse: Rehearse) -> None:
    stage = hold(rehearse, SEPARATE)
    go_on(stage, Qt.Key.Key_Space)
    go_on(stage, Qt.Key.Key_Space)
    assert stage.state.conversation.turn == 3
    assert not stage.state.conversation.may_go_on
    stage.vote(Qt.Key.Key_1)
    (battle,) = kept(stage)
    assert [turn.ordinal for turn in battle.turns] == [1, 2, 3]
    assert [turn.history for turn in battle.turns] == [None, "separate", "separate"]
    for slot in ("a", "b"):
        first, second, third = (getattr(turn, slot) for turn in battle.turns)
        system = getattr(battle, slot).system
        assert first.text == {"canary-one": "One.", "canary-two": "Two."}[system]
        before = [Turn("first", first.text)]
        assert second.text.splitlines() == [first.text, f"Before: first -> {first.text}"]
        assert second.prompt_sha256 == digest("second", before, second.seed)
        before.append(Turn("second", second.text))
        assert third.prompt_sha256 == digest("third", before, third.seed)
    assert len({turn.take_id for turn in battle.turns}) == 3
    assert len({answer.seed for turn in battle.turns for answer in (turn.a, turn.b)}) == 3
    assert all(turn.shown.facts["timed_by"] == "pass" for turn in battle.turns)
    assert all(turn.shown.facts["painted"]["a"] == turn.a.text for turn in battle.turns)


def digest(said: str, history: list[Turn], seed: int) -> str:
    return prompt_sha256(Prompt(text=said, history=history, seed=seed))


def test_a_common_history_is_what_was_chosen_turn_by_turn(rehearse: Rehearse) -> None:
    stage = hold(rehearse, COMMON)
    stage.press(Qt.Key.Key_Space)  # there is an answer to be chosen first
    assert stage.state.phase is Phase.VOTING
    go_on(stage, Qt.Key.Key_A)
    go_on(stage, Qt.Key.Key_B)
    shown = stage.state
    assert [one.gone_on_with for one in shown.card_a.earlier] == [True, False]
    assert [one.gone_on_with for one in shown.card_b.earlier] == [False, True]
    stage.vote(Qt.Key.Key_2)
    (battle,) = kept(stage)
    first, second, third = battle.turns
    assert [turn.history for turn in battle.turns] == [None, "a", "b"]
    before = [Turn("first", first.a.text)]
    for answer in (second.a, second.b):
        assert told(answer.text) == [f"first -> {first.a.text}"]
        assert answer.prompt_sha256 == digest("second", before, answer.seed)
    before.append(Turn("second", second.b.text))
    for answer in (third.a, third.b):
        assert answer.prompt_sha256 == digest("third", before, answer.seed)
    assert battle.vote.choice == "tie"  # which turn went on with what is no vote
    line = json.loads(line_of(battle))
    assert [turn["history"] for turn in line["turns"]] == [None, "a", "b"]


@pytest.mark.local
def test_who_hears_for_itself_hears_the_earlier_takes(rehearse: Rehearse) -> None:
    stage = hold(rehearse, SEPARATE, ears=False)
    go_on(stage, Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    (battle,) = kept(stage)
    first, second = battle.turns
    heard = f"{round(battle.takes[0].duration_ms / 1000)} seconds of sound"
    assert told(second.a.text) == [f"{heard} -> {first.a.text}"]
    assert told(second.b.text) == [f"{heard} -> {first.b.text}"]
    stage.next()
    stage.qtbot.waitUntil(lambda: not list(stage.home.heard.glob("*")))


@pytest.mark.local
def test_the_participant_may_vote_after_any_turn(rehearse: Rehearse) -> None:
    stage = hold(rehearse, SEPARATE, battles=2)
    stage.vote(Qt.Key.Key_1)
    stage.next()
    stage.until(Phase.READY)
    answered(stage)
    go_on(stage, Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_4)
    assert [len(battle.turns) for battle in kept(stage)] == [1, 2]


@pytest.mark.local
def test_no_turn_comes_after_the_last_and_none_where_there_is_one(rehearse: Rehearse) -> None:
    stage = hold(rehearse, "")
    assert not stage.window.arena.judge.go_on.isVisible()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_A, Qt.Key.Key_B):
        stage.press(key)
        assert stage.state.phase is Phase.VOTING
    stage.program._session.turns.go_on("separate")
    assert stage.state.phase is Phase.VOTING


@pytest.mark.local
def test_a_wrong_history_is_no_choice(rehearse: Rehearse) -> None:
    stage = hold(rehearse, COMMON)
    stage.program._session.turns.go_on("separate")
    assert stage.state.phase is Phase.VOTING


def test_a_turn_without_a_word_can_be_gone_back_from(rehearse: Rehearse) -> None:
    stage = hold(rehearse, COMMON)
    stage.press(Qt.Key.Key_B)
    stage.until(Phase.READY)
    assert [one.gone_on_with for one in stage.state.card_b.earlier] == [True]
    stage.press(Qt.Key.Key_B)
    stage.until(Phase.VOTING)
    assert stage.state.conversation.turn == 1
    assert not stage.window.arena.judge.reveal.running
    go_on(stage, Qt.Key.Key_A)  # another answer, thought better of
    stage.vote(Qt.Key.Key_1)
    (battle,) = kept(stage)
    assert [turn.history for turn in battle.turns] == [None, "a"]


def test_a_turn_in_which_nothing_is_said_is_no_time_of_judging(rehearse: Rehearse) -> None:
    stage = hold(rehearse, COMMON)
    stage.press(Qt.Key.Key_A)
    stage.until(Phase.READY)
    battle = stage.program._session._stage.battle
    battle.shown_at_s -= 100  # as if this turn had begun a hundred seconds ago
    battle.left_at_s -= 100
    stage.press(Qt.Key.Key_B)
    stage.vote(Qt.Key.Key_1)
    (kept_battle,) = kept(stage)
    assert 0 < kept_battle.vote.time_to_vote_ms < 100_000


@pytest.mark.local
def test_the_first_turn_has_no_way_back(rehearse: Rehearse) -> None:
    stage = rehearse(TWO, tables=SEPARATE)
    stage.start()
    stage.press(Qt.Key.Key_B)
    stage.program._session.turns.go_back()
    assert stage.state.phase is Phase.READY


@pytest.mark.local
def test_a_recording_that_is_thrown_away_stays_in_its_turn(rehearse: Rehearse) -> None:
    stage = hold(rehearse, COMMON)
    stage.press(Qt.Key.Key_A)
    stage.until(Phase.READY)
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert stage.state.conversation.turn == 2
    answered(stage)
    stage.vote(Qt.Key.Key_1)
    (battle,) = kept(stage)
    assert [turn.history for turn in battle.turns] == [None, "a"]


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_D])
def test_giving_up_gives_up_the_whole_conversation(rehearse: Rehearse, key: Qt.Key) -> None:
    stage = hold(rehearse, SEPARATE)
    go_on(stage, Qt.Key.Key_Space)
    words = " ".join(words_of(stage.window))
    assert "Start over" in words
    assert "Discard all" in words
    stage.press(key)
    stage.until(Phase.READY)
    assert stage.state.conversation.turn == 1
    assert not stage.state.card_a.earlier
    skipped, running = kept(stage)
    assert (skipped.state, len(skipped.turns)) == ("skipped", 2)
    assert (running.state, running.repeats) == ("open", skipped.battle_id)
    discarded = [take.discarded is not None for take in skipped.takes]
    there = [(stage.home.takes / take.file).exists() for take in skipped.takes]
    gone = key is Qt.Key.Key_D
    assert discarded == [gone, gone]
    assert there == [not gone, not gone]


@pytest.mark.local
def test_a_failure_in_a_later_turn_keeps_all_turns(rehearse: Rehearse) -> None:
    scripts = {
        "canary-one": {"answers": ["One."]},
        "canary-two": {"answers": ["A"], "chunk": 1},
    }
    entries = {name: echo_entry(name, **script) for name, script in scripts.items()}
    longest = replace(entries["canary-two"].system, longest_s=0.001)
    stage = rehearse(scripts, tables=SEPARATE, catalogue=entries)
    stage.start()
    answered(stage)
    pool = stage.program._session._pool
    pool.renew([entries["canary-one"].system, longest])  # from now on every take is too long for it
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.FAILED)
    (failed,) = kept(stage)
    assert failed.state == "failed"
    assert [turn.ordinal for turn in failed.turns] == [1, 2]
    assert failed.turns[0].shown is not None
    kinds = {answer.error_kind for answer in (failed.turns[1].a, failed.turns[1].b)}
    assert "audio_too_long" in kinds
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert stage.state.conversation.turn == 1


@pytest.mark.local
def test_leaving_in_a_later_turn_abandons_the_battle(rehearse: Rehearse) -> None:
    stage = hold(rehearse, SEPARATE)
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.program._session.leave()
    (left,) = kept(stage)
    assert (left.state, len(left.turns)) == ("abandoned", 1)


@pytest.mark.local
def test_a_vote_on_several_turns_can_be_changed(rehearse: Rehearse) -> None:
    stage = hold(rehearse, SEPARATE)
    go_on(stage, Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_U)
    stage.until(Phase.CHANGING)
    stage.press(Qt.Key.Key_4)
    stage.until(Phase.VOTED)
    (battle,) = kept(stage)
    assert [vote.choice for vote in battle.votes] == ["a", "b"]
    assert battle.vote.choice == "b"


@pytest.mark.local
def test_a_name_that_the_participant_said_in_an_earlier_turn_tells_nothing(
    rehearse: Rehearse,
) -> None:
    leaks = "I am Gemini, made by Google."
    heard = {"heard": ["are you gemini", "who are you"]}
    scripts = {"canary-one": {"answers": ["Good.", leaks]}, "canary-two": {"answers": ["", leaks]}}
    entries = {name: echo_entry(name, recogniser=heard, **scripts[name]) for name in scripts}
    stage = rehearse(scripts, tables=SEPARATE, catalogue=entries)
    stage.start()
    answered(stage)
    go_on(stage, Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    (battle,) = kept(stage)
    found = battle.turns[1].shown.facts["identity"]["a"]
    said = {mention["text"]: mention["said_first"] for mention in found}
    assert said["Gemini"]
    assert not said["Google"]


def test_going_on_is_legal_only_once_both_answers_were_shown() -> None:
    legal = {phase for phase in Phase if follows(phase, Step.GO_ON)}
    assert legal == {Phase.VOTING}
    back = {phase for phase in Phase if follows(phase, Step.GO_BACK, turn=2)}
    assert back == {Phase.OPENING, Phase.READY}
    assert not any(follows(phase, Step.GO_BACK) for phase in Phase)


def test_the_table_is_read_and_one_turn_is_what_it_always_was() -> None:
    assert read_turns(StudyTable("x", {})) == Turns(1, History.SEPARATE)
    assert read_turns(StudyTable("x", {"most": 3, "history": "common"})) == Turns(3, History.COMMON)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"most": 0}, "between 1 and 10"),
        ({"most": 11}, "between 1 and 10"),
        ({"most": 2, "history": "mixed"}, "history"),
        ({"history": "common"}, "needs “most” of 2"),
        ({"turns": 2}, "nothing is known of"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, object], says: str) -> None:
    with pytest.raises(StudyProblem, match=says):
        read_turns(StudyTable("x", values))


def test_who_hears_one_take_only_is_refused() -> None:
    engines = find_engines()
    deaf = System("typhoon", "1", Part("typhoon_audio"))
    others = [
        System("qwen", "1", Part("transformers")),
        System("cascade", "1", Part("llama_cpp"), Part("pocketsphinx")),
    ]
    require_ears_for_turns("x", Turns(3), others, engines)
    require_ears_for_turns("x", Turns(1), [deaf], engines)
    with pytest.raises(StudyProblem, match="typhoon hears one take only"):
        require_ears_for_turns("x", Turns(2), [*others, deaf], engines)


@pytest.mark.parametrize("check", ["swapped_repeats", "same_text"])
def test_checks_that_are_about_one_question_are_refused(check: str) -> None:
    design = replace(Design(), **{check: 1})
    require_one_turn_for_checks("x", design, Turns(1))
    with pytest.raises(StudyProblem, match=r"\[turns\]"):
        require_one_turn_for_checks("x", design, Turns(2))
