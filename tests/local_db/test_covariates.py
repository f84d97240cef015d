"""What a vote may depend on besides the systems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from local_db.covariates import covariates_of
from local_db.kept import Battle
from local_db.records import SessionRecord
from tests.helpers.every_kind import fill
from tests.helpers.voting import open_test_store

TEXTS = {
    "a": {"characters": 35, "words": 6, "language": "en"},
    "b": {"characters": 30, "words": 6, "language": "und"},
    "said": {"characters": 32, "words": 6, "language": "en"},
}


@pytest.fixture
def whole(tmp_path: Path) -> Battle:
    with open_test_store(tmp_path) as store:
        fill(store, tmp_path / "takes")
        return store.reader.battles()[0]


def with_facts(battle: Battle) -> Battle:
    (turn,) = battle.turns
    shown = replace(turn.shown, facts={"texts": TEXTS})
    takes = tuple(
        replace(take, facts={"speech_dbfs": -20.5, "noise_dbfs": -48.25}) for take in battle.takes
    )
    return replace(battle, turns=(replace(turn, shown=shown),), takes=takes)


def test_every_one_is_told(whole: Battle) -> None:
    assert covariates_of(with_facts(whole)) == {
        "trial": 1,
        "turns": 1,
        "wait_ms": 341.0,
        "characters_a": 35,
        "characters_b": 30,
        "words_a": 6,
        "words_b": 6,
        "language_said": "en",
        "language_a": "en",
        "language_b": "und",
        "snr_db": 27.75,
        "speech_share": 0.75,
        "device": "Built-in microphone",
    }


def test_lengths_are_of_all_turns_and_the_rest_of_the_last(whole: Battle) -> None:
    one = with_facts(whole)
    (first,) = one.turns
    unlike = {"a": {"characters": 5, "words": 1, "language": "fr"}, "b": TEXTS["b"]}
    second = replace(
        first,
        ordinal=2,
        history="separate",
        shown=replace(first.shown, wait_ms=9.0, facts={"texts": unlike}),
    )
    told = covariates_of(replace(one, turns=(first, second)))
    assert told is not None
    assert (told["turns"], told["wait_ms"]) == (2, 9.0)
    assert (told["characters_a"], told["words_a"]) == (40, 7)
    assert (told["characters_b"], told["language_a"]) == (60, "fr")
    assert told["language_said"] is None
    unknown = replace(second, shown=replace(second.shown, facts={}))
    told = covariates_of(replace(one, turns=(first, unknown)))
    assert told is not None
    assert told["characters_a"] is None


def test_what_an_older_program_did_not_measure_is_not_known(whole: Battle) -> None:
    told = covariates_of(whole)
    assert told is not None
    assert told["language_a"] is told["characters_b"] is told["snr_db"] is None
    assert told["wait_ms"] == 341.0


def test_of_a_battle_in_which_nothing_was_shown_there_are_none(whole: Battle) -> None:
    (turn,) = whole.turns
    assert covariates_of(replace(whole, turns=())) is None
    assert covariates_of(replace(whole, turns=(replace(turn, shown=None),))) is None


def test_a_session_is_read_with_its_settings(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        session = SessionRecord(
            participant_id=store.start_participant(None),
            study="s",
            battles_planned=3,
            settings={"reveal": "never"},
        )
        store.start_session(session)
        (read,) = store.reader.sessions()
    assert (read.id, read.study, read.battles_planned) == (session.id, "s", 3)
    assert read.settings == {"reveal": "never"}
