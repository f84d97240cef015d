"""What is shown of answers that say who made them, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.session.identity import Before
from desktop.session.showing import shown_again, to_show
from desktop.session.study import EVERYDAY, load_study
from desktop.session.study_parts import Identity, Showing
from local_db.reader import open_reader
from tests.helpers.rehearsal import Rehearsal, echo_entry
from ui.state import Phase

SAID = "I'm ChatGPT. Yes."
MASKED = "I'm […]. Yes."
TELLING = {"canary-one": {"answers": [SAID]}, "canary-two": {"answers": ["A palm tree."]}}


def study(policy: Identity):
    return replace(load_study(EVERYDAY), showing=Showing(identity=policy))


def voted(stage: Rehearsal):
    """The one battle, and the texts its cards showed, by system."""
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    with open_reader(stage.home.database) as reader:
        (battle,) = reader.battles()
    cards = {battle.a.system: stage.state.card_a, battle.b.system: stage.state.card_b}
    return battle, {system: card.text for system, card in cards.items()}


def slot_of(battle, system: str) -> str:
    return "a" if battle.a.system == system else "b"


@pytest.mark.local
def test_an_answer_that_says_who_made_it_is_flagged_and_shown(rehearse) -> None:
    battle, shown = voted(rehearse(TELLING))
    assert shown == {"canary-one": SAID, "canary-two": "A palm tree."}
    identity = battle.turns[0].shown.facts["identity"]
    told = identity[slot_of(battle, "canary-one")]
    assert [(mention["entry"], mention["said_first"]) for mention in told] == [("ChatGPT", False)]
    assert (identity["policy"], identity["masked"]) == ("flag", [])


def test_masked_it_never_reaches_the_window_and_the_answer_is_kept(rehearse) -> None:
    stage = rehearse(TELLING, tables='[show]\nidentity = "mask"\n', still=False)
    battle, shown = voted(stage)
    assert shown == {"canary-one": MASKED, "canary-two": "A palm tree."}
    assert not any("ChatGPT" in s.card_a.text + s.card_b.text for s in stage.states)
    cards = stage.window.arena.judge.cards
    assert MASKED in {cards.a.text.toPlainText(), cards.b.text.toPlainText()}
    told = slot_of(battle, "canary-one")
    assert getattr(battle.turns[0], told).text == SAID
    assert battle.turns[0].shown.facts["identity"]["masked"] == [told]
    assert shown_again(study(Identity.MASK), battle)[told] == MASKED


@pytest.mark.local
def test_what_the_recogniser_heard_was_said_first(rehearse) -> None:
    heard = {"heard": ["are you chat gpt"]}
    catalogue = {
        system: echo_entry(system, recogniser=heard, **script) for system, script in TELLING.items()
    }
    stage = rehearse(TELLING, tables='[show]\nidentity = "mask"\n', catalogue=catalogue)
    battle, shown = voted(stage)
    assert shown["canary-one"] == SAID
    assert shown_again(study(Identity.MASK), battle)[slot_of(battle, "canary-one")] == SAID


@pytest.mark.local
def test_a_reading_that_was_rejected_lifts_no_mask(rehearse) -> None:
    heard = {"heard": ["are you chat gpt"], "understood": False}
    catalogue = {
        system: echo_entry(system, recogniser=heard, **script) for system, script in TELLING.items()
    }
    stage = rehearse(TELLING, tables='[show]\nidentity = "mask"\n', catalogue=catalogue)
    battle, shown = voted(stage)
    slot = slot_of(battle, "canary-one")
    assert shown["canary-one"] == MASKED
    assert shown_again(study(Identity.MASK), battle)[slot] == MASKED
    (mention,) = battle.turns[0].shown.facts["identity"][slot]
    assert mention["perhaps_said_first"]


@pytest.mark.local
def test_a_name_given_away_in_one_turn_is_hidden_in_the_next(rehearse) -> None:
    scripts = TELLING | {"canary-one": {"answers": [SAID, "Ask ChatGPT."]}}
    tables = '[show]\nidentity = "mask"\n[turns]\nmost = 2\n'
    stage = rehearse(scripts, tables=tables)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.VOTING)
    assert {stage.state.card_a.text, stage.state.card_b.text} == {"Ask […].", "A palm tree."}
    stage.vote(Qt.Key.Key_1)
    with open_reader(stage.home.database) as reader:
        (battle,) = reader.battles()
    slot = slot_of(battle, "canary-one")
    assert shown_again(study(Identity.MASK), battle)[slot] == "Ask […]."


def test_a_study_may_want_nothing_of_it() -> None:
    assert to_show(study(Identity.NOTHING), {"a": SAID}, Before()) == ({"a": SAID}, {})
