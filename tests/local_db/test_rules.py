"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from local_db import records
from local_db.schema import CHAINED
from local_db.store import Store
from tests.helpers.voting import Sitting

refused = pytest.raises(sqlite3.IntegrityError)


def test_a_second_first_vote(sitting: Sitting) -> None:
    battle_id = sitting.voted_battle()
    with pytest.raises(sqlite3.IntegrityError, match="vote: the battle has ended otherwise"):
        sitting.vote(battle_id, "b")


@pytest.mark.parametrize("slots", ["", "a", "b"])
def test_a_vote_without_both_answers(sitting: Sitting, slots: str) -> None:
    battle_id = sitting.open_battle()
    turn_id = sitting.add_turn(battle_id)
    for slot in slots:
        sitting.add_answer(turn_id, slot)
    with pytest.raises(sqlite3.IntegrityError, match="lacks an answer"):
        sitting.vote(battle_id)


def test_a_vote_on_a_failed_side(sitting: Sitting) -> None:
    battle_id = sitting.open_battle()
    turn_id = sitting.add_turn(battle_id)
    sitting.add_answer(turn_id, "a")
    sitting.add_answer(turn_id, "b", finish="error", error_kind="out_of_memory", text="")
    with pytest.raises(sqlite3.IntegrityError, match="lacks an answer"):
        sitting.vote(battle_id)


def test_a_vote_when_only_the_first_of_two_turns_was_answered(sitting: Sitting) -> None:
    battle_id = sitting.ready_battle()
    sitting.add_turn(battle_id, 2)
    with pytest.raises(sqlite3.IntegrityError, match="lacks an answer"):
        sitting.vote(battle_id)


def test_a_vote_before_anything_was_said(sitting: Sitting) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="lacks an answer"):
        sitting.vote(sitting.open_battle())


def test_an_answer_from_a_system_that_was_not_drawn_for_the_slot(sitting: Sitting) -> None:
    turn_id = sitting.add_turn(sitting.open_battle())
    with pytest.raises(sqlite3.IntegrityError, match="another system was drawn"):
        sitting.add_answer(turn_id, "a", fingerprint=sitting.fingerprints[1])


def test_two_answers_in_one_slot(sitting: Sitting) -> None:
    turn_id = sitting.add_turn(sitting.open_battle())
    sitting.add_answer(turn_id, "a")
    with refused:
        sitting.add_answer(turn_id, "a")


def test_an_answer_exchanged_after_the_vote(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.voted_battle()
    turn = store.reader.battle(battle_id).turns[0]
    assert turn.a is not None
    with pytest.raises(sqlite3.IntegrityError, match="its battle was voted on"):
        sitting.add_answer(turn.id, "a", supersedes=turn.a.id)


def test_a_turn_after_the_end(sitting: Sitting) -> None:
    battle_id = sitting.voted_battle()
    with pytest.raises(sqlite3.IntegrityError, match="the battle has ended"):
        sitting.add_turn(battle_id, 2)


def test_superseding_a_vote_of_another_battle(sitting: Sitting, store: Store) -> None:
    first, second = sitting.voted_battle(), sitting.voted_battle()
    other = store.reader.battle(first).votes[0].id
    with pytest.raises(sqlite3.IntegrityError, match="supersedes one of another"):
        sitting.vote(second, "b", supersedes=other)


def test_superseding_one_vote_twice(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.voted_battle()
    first = store.reader.battle(battle_id).votes[0].id
    sitting.vote(battle_id, "b", supersedes=first)
    with refused:
        sitting.vote(battle_id, "tie", supersedes=first)


def test_ending_a_battle_twice(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.voted_battle()
    with pytest.raises(ValueError, match="already ended as voted"):
        store.end_battle(battle_id, "skipped", "")


def test_ending_a_battle_as_voted_without_a_vote(sitting: Sitting, store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="voted means that there is a vote"):
        store.end_battle(sitting.open_battle(), "voted", "")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "friendly"},
        {"probability": 0.0},
        {"probability": 1.5},
        {"probability": float("nan")},
        {"number": 0},
        {"a": "0" * 64},
        {"session_id": "nobody"},
        {"number": "first"},
    ],
    ids=str,
)
def test_a_battle_that_makes_no_sense(sitting: Sitting, change: dict[str, object]) -> None:
    with refused:
        sitting.open_battle(**change)


def test_a_system_against_itself_unless_that_is_the_point(sitting: Sitting) -> None:
    with refused:
        sitting.open_battle(b=sitting.fingerprints[0])
    sitting.open_battle(b=sitting.fingerprints[0], kind="same_system")


def test_a_guess_comes_after_the_vote_and_once_a_slot(sitting: Sitting, store: Store) -> None:
    def guess(battle_id: str) -> records.GuessRecord:
        system = sitting.fingerprints[0]
        return records.GuessRecord(
            battle_id=battle_id, slot="b", fingerprint=system, choices=sitting.fingerprints
        )

    with refused:
        store.add_guess(guess(sitting.open_battle()))
    voted = sitting.voted_battle()
    store.add_guess(guess(voted))
    with refused:
        store.add_guess(guess(voted))


@pytest.mark.parametrize("change", [{"finish": "error"}, {"error_kind": "timeout"}], ids=str)
def test_an_error_without_its_kind_or_a_kind_without_error(
    sitting: Sitting, change: dict[str, object]
) -> None:
    turn_id = sitting.add_turn(sitting.open_battle())
    with refused:
        sitting.add_answer(turn_id, "a", **change)


@pytest.fixture
def raw(sitting: Sitting, store: Store) -> Iterator[sqlite3.Connection]:
    """A second writer with the store's settings and a vote to meddle with."""
    battle_id = sitting.voted_battle()
    store.add_guess(
        records.GuessRecord(battle_id=battle_id, slot="a", fingerprint=None, choices=[])
    )
    store.discard_take(store.reader.battle(battle_id).takes[0].id, "test")
    store.end_session(sitting.session_id, "finished")
    store.start_participant("P-01")
    connection = sqlite3.connect(store.path, isolation_level=None)
    connection.execute("PRAGMA recursive_triggers = ON")
    yield connection
    connection.close()


MEDDLED = sorted(set(CHAINED) - {"transcript", "shown", "justification", "erasure"})


@pytest.mark.parametrize("noun", MEDDLED)
def test_rows_are_never_changed_replaced_or_removed(raw: sqlite3.Connection, noun: str) -> None:
    key = CHAINED[noun]
    for statement in (
        f"UPDATE {noun} SET {key} = {key}",
        f"DELETE FROM {noun}",
        f"INSERT OR REPLACE INTO {noun} SELECT * FROM {noun}",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event WHERE seq = 3",
        "UPDATE event SET at_utc = '2020-01-01'",
        "UPDATE event SET salt = zeroblob(16)",
        "UPDATE event SET salt = NULL, digest = zeroblob(32)",
        "INSERT INTO event VALUES (999, 'vote', 'x', '', zeroblob(16), zeroblob(32), zeroblob(32))",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 3",
    ],
)
def test_events_lose_their_salt_and_nothing_else(raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)


def test_a_rule_stands_for_every_chained_table(raw: sqlite3.Connection) -> None:
    """What was not meddled with above is guarded by the same triggers."""
    triggers = {
        name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
    }
    for noun in CHAINED:
        assert {f"{noun}_is_never_changed", f"{noun}_goes_only_when_erased"} <= triggers
