from __future__ import annotations

from pathlib import Path

import pytest

from local_db import records
from local_db.errors import MissingDatabase
from local_db.kept import Conservation
from local_db.reader import open_reader
from local_db.store import Store
from tests.helpers.voting import Sitting


def test_every_battle_is_counted_where_it_went(sitting: Sitting, store: Store) -> None:
    sitting.voted_battle()
    sitting.voted_battle("tie")
    for state in ("skipped", "failed", "abandoned", "withdrawn"):
        store.end_battle(sitting.open_battle(), state, "test")
    sitting.open_battle()
    counts = store.reader.conservation()
    assert counts == Conservation(
        started=7, voted=2, skipped=1, failed=1, abandoned=1, withdrawn=1, open=1
    )
    assert counts.holds
    assert store.reader.conservation("another study") == Conservation()


def test_conservation_does_not_hold_where_a_battle_is_nowhere() -> None:
    assert not Conservation(started=3, voted=2).holds


def test_quotas_count_what_was_voted_or_is_running(sitting: Sitting, store: Store) -> None:
    a, b, _ = sitting.fingerprints
    sitting.voted_battle()
    sitting.open_battle()
    sitting.open_battle(a=b, b=a)
    sitting.open_battle(kind="practice")
    sitting.open_battle(simulated=True)
    store.end_battle(sitting.open_battle(), "failed", "one side failed")
    assert store.reader.pair_counts("quick-start") == {(a, b): 2, (b, a): 1}
    assert store.reader.pair_counts("quick-start", simulated=True) == {(a, b): 1}
    assert store.reader.pair_counts("another study") == {}


def test_battles_of_a_simulated_participant_are_simulated(store: Store, tmp_path: Path) -> None:
    robot = Sitting(store, tmp_path / "takes", simulated=True)
    assert store.reader.battle(robot.voted_battle()).simulated


def test_a_session_that_was_not_ended_can_be_continued(
    sitting: Sitting, store: Store, tmp_path: Path
) -> None:
    sitting.voted_battle()
    other = Sitting(store, tmp_path / "takes", study="another study")
    newest, progress = store.reader.open_sessions()
    assert (newest.session_id, progress.session_id) == (other.session_id, sitting.session_id)
    assert (progress.battles_planned, progress.battles.voted) == (10, 1)
    store.end_session(other.session_id, "finished")
    assert store.reader.open_sessions() == [progress]
    assert store.reader.open_sessions("another study") == []


def test_the_writer_reads_what_it_is_writing(sitting: Sitting, store: Store) -> None:
    with store.action():
        battle_id = sitting.open_battle()
        assert store.reader.battle(battle_id).state == "open"
        with open_reader(store.path) as reader:
            assert reader.conservation().started == 0
    assert store.reader.conservation().started == 1


def test_what_is_not_there_is_a_key_error(store: Store) -> None:
    with pytest.raises(KeyError):
        store.reader.battle("none")


def test_a_replayed_take_is_told_with_the_battle_that_uses_it(
    sitting: Sitting, store: Store
) -> None:
    recorded = store.reader.battle(sitting.voted_battle()).takes[0]
    replay = sitting.open_battle()
    sitting.add_turn(replay, take_id=recorded.id)
    assert store.reader.battle(replay).takes == (recorded,)


def test_a_spoken_reason_is_among_the_takes_of_its_battle(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.ready_battle()
    vote_id = sitting.vote(battle_id)
    take_id = sitting.add_take(purpose="reason")
    store.add_justification(
        records.JustificationRecord(vote_id=vote_id, text="", take_id=take_id, verbatim="")
    )
    assert store.reader.battle(battle_id).takes[-1].id == take_id


def test_a_discarded_take_stays_with_its_reason(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.open_battle()
    take_id = sitting.add_take(battle_id, accepted=False, verdicts=["too_short"])
    store.discard_take(take_id, "recorded again")
    (take,) = store.reader.battle(battle_id).takes
    assert (take.discarded, take.accepted) == ("recorded again", False)


def test_a_corrected_reason_supersedes(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.ready_battle()
    vote_id = sitting.vote(battle_id)
    first = records.JustificationRecord(vote_id=vote_id, text="short")
    store.add_justification(first)
    store.add_justification(
        records.JustificationRecord(vote_id=vote_id, text="clear", supersedes=first.id)
    )
    reasons = store.reader.battle(battle_id).justifications
    assert [(reason.text, reason.supersedes) for reason in reasons] == [
        ("short", None),
        ("clear", first.id),
    ]


def test_a_reader_beside_the_writer_sees_each_commit(sitting: Sitting, store: Store) -> None:
    with open_reader(store.path) as reader:
        assert reader.conservation().started == 0
        battle_id = sitting.voted_battle()
        assert reader.conservation().voted == 1
        assert reader.battles() == store.reader.battles() == [store.reader.battle(battle_id)]
        assert reader.battles(session_id="another") == reader.battles("another study") == []
        assert reader.head() == store.reader.head()
        assert reader.station() == store.reader.station()
        assert reader.studies() == ["quick-start"]
        assert reader.take_files() == [store.reader.battle(battle_id).takes[0].file]


def test_there_is_nothing_to_read_before_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(MissingDatabase, match="Nothing has been recorded there yet"):
        open_reader(tmp_path / "earshot.db")
    assert list(tmp_path.glob("*.db*")) == []
