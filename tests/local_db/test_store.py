"""Through the store's front door: what is handed in is what is read back."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from local_db import records
from local_db.errors import WorldError
from local_db.kept import Conservation
from local_db.store import Store
from tests.helpers.traced_calls import traced
from tests.helpers.uncertain_disk import commits_look_failed, why_not
from tests.helpers.voting import SYSTEMS, Sitting, open_test_store


def whole_battle(sitting: Sitting, store: Store) -> str:
    """Everything that a battle can have, once."""
    battle_id = sitting.open_battle(number=3, kind="practice", probability=0.125, seed=-(2**63))
    take_id = sitting.add_take(battle_id, verdicts=["too_quiet"], facts={"gaps": [1.5]})
    turn_id = sitting.add_turn(battle_id, take_id=take_id)
    transcript_id = store.add_transcript(
        records.TranscriptRecord(
            take_id=take_id,
            engine="pocketsphinx",
            model_version="en-us",
            hypotheses=[{"name": "skills", "text": "what time is it", "score": -0.5}],
            recognise_ms=120.5,
        )
    )
    for slot in "ab":
        sitting.add_answer(turn_id, slot, transcript_id=transcript_id, hypothesis="skills")
    store.add_shown(
        records.ShownRecord(
            turn_id=turn_id,
            wait_ms=900,
            onset_a_ms=0.5,
            onset_b_ms=0.5,
            complete_a_ms=2000,
            complete_b_ms=1000,
            cadence_per_s=60,
            truncated_b=True,
        )
    )
    vote_id = sitting.vote(battle_id, "tie", strength="slightly")
    store.add_justification(
        records.JustificationRecord(
            vote_id=vote_id,
            text="Both were short.",
            take_id=sitting.add_take(battle_id, purpose="reason"),
            verbatim="both where short",
        )
    )
    return battle_id


def test_a_whole_battle_is_read_back_as_it_was_handed_in(sitting: Sitting, store: Store) -> None:
    battle_id = whole_battle(sitting, store)
    battle = store.reader.battle(battle_id)
    assert (battle.number, battle.kind, battle.state) == (3, "practice", "voted")
    assert (battle.draw.seed, battle.draw.probability) == (-(2**63), 0.125)
    assert (battle.a.system, battle.b.label) == ("system-a", "System B")
    said, reason = battle.takes
    assert (said.verdicts, said.facts, said.peak_dbfs) == (["too_quiet"], {"gaps": [1.5]}, None)
    assert said.transcripts[0].hypotheses[0]["text"] == "what time is it"
    assert reason.purpose == "reason"
    (turn,) = battle.turns
    assert turn.take_id == said.id
    assert turn.a is not None
    assert turn.b is not None
    assert turn.a.text == "Answer a: Bangkok is called กรุงเทพฯ 😀"
    assert turn.b.transcript_id == said.transcripts[0].id
    assert turn.shown is not None
    assert (turn.shown.truncated_a, turn.shown.truncated_b) == (False, True)
    assert battle.vote is not None
    assert (battle.vote.choice, battle.vote.strength) == ("tie", "slightly")
    assert battle.justifications[0].verbatim == "both where short"


def test_every_row_has_its_event_and_the_chain_verifies(sitting: Sitting, store: Store) -> None:
    sitting.voted_battle()
    store.end_battle(sitting.open_battle(), "skipped", "participant skipped")
    store.end_session(sitting.session_id, "finished")
    report = store.reader.verify_chain()
    assert report.ok
    assert report.events == report.head.seq == 1 + 3 + 1 + 1 + (1 + 1 + 1 + 2 + 1 + 1) + 2 + 1


def test_every_event_has_a_salt_of_its_own(sitting: Sitting, store: Store) -> None:
    sitting.voted_battle()
    with closing(open_raw(store.path)) as raw:
        salts = [salt for (salt,) in raw.execute("SELECT salt FROM event")]
    assert len(set(salts)) == len(salts)
    assert bytes(16) not in salts


def test_a_record_handed_in_again_changes_nothing(sitting: Sitting, store: Store) -> None:
    """The outcome of a commit can be unknown after an error; the retry must not vote twice."""
    battle_id = sitting.ready_battle()
    vote = records.VoteRecord(battle_id=battle_id, choice="b", time_to_vote_ms=800)
    assert store.add_vote(vote) == store.add_vote(vote) == vote.id
    head = store.reader.head()
    store.end_session(sitting.session_id, "finished")
    store.end_session(sitting.session_id, "again")
    assert store.reader.head().seq == head.seq + 1
    assert len(store.reader.battle(battle_id).votes) == 1


def test_another_record_with_a_known_key_is_a_bug(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.ready_battle()
    vote = records.VoteRecord(battle_id=battle_id, choice="b", time_to_vote_ms=800)
    store.add_vote(vote)
    with pytest.raises(ValueError, match="another vote has the key"):
        store.add_vote(
            records.VoteRecord(id=vote.id, battle_id=battle_id, choice="a", time_to_vote_ms=800)
        )


def test_a_corrected_vote_supersedes_and_both_stay(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.ready_battle()
    first = sitting.vote(battle_id, "a")
    second = sitting.vote(battle_id, "b", supersedes=first)
    third = sitting.vote(battle_id, "both_bad", supersedes=second)
    battle = store.reader.battle(battle_id)
    assert [vote.id for vote in battle.votes] == [first, second, third]
    assert battle.vote is not None
    assert battle.vote.choice == "both_bad"


def test_a_turn_recorded_again_and_an_answer_tried_again_supersede(
    sitting: Sitting, store: Store
) -> None:
    battle_id = sitting.open_battle()
    first_turn = sitting.add_turn(battle_id)
    sitting.add_answer(first_turn, "a")
    turn_id = sitting.add_turn(battle_id, supersedes=first_turn)
    failed = sitting.add_answer(
        turn_id, "a", text="", finish="error", error_kind="timeout", error_text="60 s"
    )
    sitting.add_answer(turn_id, "a", supersedes=failed)
    sitting.add_answer(turn_id, "b")
    sitting.vote(battle_id)
    before, now = store.reader.battle(battle_id).turns
    assert (before.superseded, now.superseded) == (True, False)
    assert now.a is not None
    assert now.a.finish == "stop"
    assert [answer.error_kind for answer in now.earlier_answers] == ["timeout"]


def test_a_known_code_is_the_same_person(store: Store) -> None:
    person = store.start_participant("P-07")
    assert store.start_participant("P-07") == person
    assert store.start_participant(None) != store.start_participant(None)
    with pytest.raises(ValueError, match="another kind of participant"):
        store.start_participant("P-07", simulated=True)


def test_a_known_system_stays_as_it_was(store: Store) -> None:
    fingerprint = store.record_system(SYSTEMS[0])
    head = store.reader.head()
    renamed = records.SystemRecord(
        system="system-a", version="1", label="New label", parts=SYSTEMS[0].parts
    )
    assert store.record_system(renamed) == fingerprint
    assert store.reader.head() == head
    assert [system.label for system in store.reader.systems()] == ["System A"]


@pytest.mark.parametrize(
    "change", [{"version": "2"}, {"system": "other"}, {"parts": {"temperature": 0.1}}]
)
def test_what_competes_is_in_the_fingerprint(change: dict[str, object]) -> None:
    fields = {"system": "system-a", "version": "1", "label": "A", "parts": SYSTEMS[0].parts}
    changed = records.SystemRecord(**{**fields, **change})
    assert changed.fingerprint != SYSTEMS[0].fingerprint
    assert records.SystemRecord(**fields).fingerprint == SYSTEMS[0].fingerprint


def test_an_action_is_kept_whole_or_not_at_all(sitting: Sitting, store: Store) -> None:
    head = store.reader.head()

    def vote_too_early() -> None:
        with store.action():
            battle_id = sitting.open_battle()
            turn_id = sitting.add_turn(battle_id)
            sitting.add_answer(turn_id, "a")
            sitting.vote(battle_id)

    with pytest.raises(sqlite3.IntegrityError):
        vote_too_early()
    assert store.reader.head() == head
    assert store.reader.conservation() == Conservation()


def test_an_action_does_not_take_the_callers_own_trouble_for_the_databases(store: Store) -> None:
    with pytest.raises(PermissionError), store.action():
        raise PermissionError(errno.EACCES, "somebody else's file")


def test_a_lone_surrogate_and_a_nul_cost_a_character_and_not_the_row(
    sitting: Sitting, store: Store
) -> None:
    battle_id = sitting.open_battle()
    turn_id = sitting.add_turn(
        battle_id, take_id=sitting.add_take(battle_id, device_start="\udcff")
    )
    sitting.add_answer(turn_id, "a", text="one \ud800 two\0three", settings={"stop": ["\udfff"]})
    battle = store.reader.battle(battle_id)
    assert battle.takes[0].device_start == "�"
    (turn,) = battle.turns
    assert turn.a is not None
    assert turn.a.text == "one � two\0three"
    assert turn.a.settings == {"stop": ["�"]}
    assert store.reader.verify_chain().ok


def test_what_was_erased_is_gone_and_the_chain_still_verifies(
    sitting: Sitting, store: Store, tmp_path: Path
) -> None:
    person = store.start_participant("CANARY-CODE")
    battle_id = sitting.open_battle()
    turn_id = sitting.add_turn(battle_id)
    answers = [sitting.add_answer(turn_id, slot, text=f"CANARY {slot}" * 50) for slot in "ab"]
    vote_id = sitting.vote(battle_id)
    why = store.add_justification(
        records.JustificationRecord(vote_id=vote_id, text="CANARY reason" * 50)
    )
    printed = store.reader.head()
    with closing(open_raw(store.path)) as raw:
        (code_id,) = raw.execute("SELECT id FROM participant_code").fetchone()

    store.erase(
        [
            ("participant_code", code_id),
            *(("answer", answer) for answer in answers),
            ("justification", why),
        ],
        "withdrawn on request",
    )

    report = store.reader.verify_chain([printed])
    assert report.ok
    assert report.erased == 4
    battle = store.reader.battle(battle_id)
    assert (battle.justifications, battle.turns[0].a) == ((), None)
    assert store.start_participant("CANARY-CODE-2") != person
    store.close()
    left = [path for path in tmp_path.glob("earshot.db*") if b"CANARY " in path.read_bytes()]
    assert left == []


def test_a_row_with_children_left_is_not_erased(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.ready_battle()
    sitting.vote(battle_id)
    turn = store.reader.battle(battle_id).turns[0]
    head = store.reader.head()
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.erase([("turn", turn.id)], "by mistake")
    assert store.reader.head() == head
    with pytest.raises(KeyError):
        store.erase([("turn", "no such row")], "by mistake")


def test_the_station_stays_the_same(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        station = store.reader.station()
    with open_test_store(tmp_path) as store:
        assert store.reader.station() == station


def open_raw(path: Path) -> sqlite3.Connection:
    """A plain connection, for what the reader does not tell."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be had")
def test_what_is_found_to_be_kept_after_an_error_is_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        vote = records.VoteRecord(
            battle_id=sitting.ready_battle(), choice="a", time_to_vote_ms=900.0
        )
        with commits_look_failed(), pytest.raises(WorldError):
            store.add_vote(vote)
        synced = traced(monkeypatch)
        assert store.add_vote(vote) == vote.id
        assert [Path(path).name for call, path in synced if call == "fsync"] == [
            "earshot.db-journal"
        ]
        assert store.add_vote(vote) == vote.id
        assert len(synced) == 1
        assert store.reader.conservation().voted == 1
