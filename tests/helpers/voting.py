"""Whole battles through a real store, with real (small) recordings."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_db import kept, records
from local_db.ids import new_id
from local_db.store import Store, open_store
from local_db.take_files import PART_SUFFIX, commit_take_file, sha256_of

RATE_HZ = 16_000

SYSTEMS = tuple(
    records.SystemRecord(
        system=f"system-{letter}",
        version="1",
        label=f"System {letter.upper()}",
        parts={"responder": {"engine": "echo", "model": {"answers": [letter]}}},
        baseline=letter == "c",
        licence="Apache-2.0",
    )
    for letter in "abc"
)


def open_test_store(folder: Path) -> Store:
    """A store in `folder`, as the program would open it."""
    return open_store(
        folder / "earshot.db", program_version="0.1.0", backup_folder=folder / "backups"
    )


def write_take(takes_folder: Path, samples: int = 160) -> Path:
    """A finished recording under a new name, as safe as the recorder makes it."""
    takes_folder.mkdir(parents=True, exist_ok=True)
    final = takes_folder / f"{new_id()}.wav"
    part = final.with_name(final.name + PART_SUFFIX)
    with wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(bytes(2 * samples))
    commit_take_file(part, final)
    return final


def votes_too_many(battles: Iterable[kept.Battle]) -> int:
    """Votes that count beyond the one of each battle that was voted on; a vote that is lost
    elsewhere does not make up for them.
    """
    return sum(max(0, len(_counting(b)) - (b.state == "voted")) for b in battles)


def votes_too_few(battles: Iterable[kept.Battle]) -> int:
    """Battles that were voted on and have no vote that counts."""
    return sum(b.state == "voted" and not _counting(b) for b in battles)


def _counting(battle: kept.Battle) -> list[kept.Vote]:
    """Votes that no other one supersedes."""
    superseded = {vote.supersedes for vote in battle.votes}
    return [vote for vote in battle.votes if vote.id not in superseded]


def votes_without_take(battles: Iterable[kept.Battle]) -> int:
    """Votes whose battle has no turn, or a turn whose recording has no row."""
    return sum(
        len(b.votes)
        for b in battles
        if not b.turns or {turn.take_id for turn in b.turns} - {take.id for take in b.takes}
    )


@dataclass
class Sitting:
    """One session that is voting its way along."""

    store: Store
    takes_folder: Path
    study: str = "quick-start"
    simulated: bool = False
    session_id: str = field(init=False)
    fingerprints: tuple[str, ...] = field(init=False)
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        with self.store.action():
            self.fingerprints = tuple(self.store.record_system(system) for system in SYSTEMS)
            participant = self.store.start_participant(None, simulated=self.simulated)
            self.session_id = self.store.start_session(
                records.SessionRecord(
                    participant_id=participant, study=self.study, battles_planned=10
                )
            )

    def open_battle(self, **changes: Any) -> str:
        self.number += 1
        battle = {
            "session_id": self.session_id,
            "number": self.number,
            "a": self.fingerprints[0],
            "b": self.fingerprints[1],
            "seed": 7,
            "step": self.number,
            "probability": 0.5,
            "sampler": "balanced",
            "sampler_state": {"drawn": self.number},
        }
        return self.store.open_battle(records.BattleRecord(**{**battle, **changes}))

    def add_take(self, battle_id: str | None = None, **changes: Any) -> str:
        file = write_take(self.takes_folder)
        take = {
            "purpose": "turn",
            "file": file.name,
            "sha256": sha256_of(file),
            "duration_ms": 10.0,
            "rate_hz": RATE_HZ,
            "channels": 1,
            "frames_expected": 160,
            "frames_got": 160,
            "battle_id": battle_id,
            "session_id": self.session_id,
            "peak_dbfs": float("-inf"),
            "device_start": "null microphone",
            "device_end": "null microphone",
        }
        return self.store.add_take(records.TakeRecord(**{**take, **changes}))

    def add_turn(self, battle_id: str, ordinal: int = 1, **changes: Any) -> str:
        take_id = changes.pop("take_id", None) or self.add_take(battle_id)
        turn = {"battle_id": battle_id, "ordinal": ordinal, "take_id": take_id}
        return self.store.add_turn(records.TurnRecord(**{**turn, **changes}))

    def add_answer(self, turn_id: str, slot: str, **changes: Any) -> str:
        answer = {
            "turn_id": turn_id,
            "slot": slot,
            "fingerprint": self.fingerprints["ab".index(slot)],
            "text": f"Answer {slot}: Bangkok is called กรุงเทพฯ \N{GRINNING FACE}",
            "finish": "stop",
            "timings": {"total_ms": 12.5, "ttft_ms": None},
        }
        return self.store.add_answer(records.AnswerRecord(**{**answer, **changes}))

    def ready_battle(self) -> str:
        """A battle with both answers, waiting for its vote."""
        with self.store.action():
            battle_id = self.open_battle()
            turn_id = self.add_turn(battle_id)
            self.add_answer(turn_id, "a")
            self.add_answer(turn_id, "b")
        return battle_id

    def vote(self, battle_id: str, choice: records.Choice = "a", **changes: Any) -> str:
        vote = {"battle_id": battle_id, "choice": choice, "time_to_vote_ms": 1500.0}
        return self.store.add_vote(records.VoteRecord(**{**vote, **changes}))

    def voted_battle(self, choice: records.Choice = "a") -> str:
        battle_id = self.ready_battle()
        self.vote(battle_id, choice)
        return battle_id
