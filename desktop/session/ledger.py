"""What a session writes down: battles, takes, answers and votes, as the store's records.

The only translation between the words of a session and the rows of the database. Every method is
one transaction; the world's errors pass through as `local_db.errors.WorldError`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from desktop.catalogue.catalogue import Entry
from desktop.getting.removing import discard_quietly, remove_quietly
from desktop.logs import log
from desktop.session.again import Again, Copies, again_of
from desktop.session.answer_rows import Outcome, answer_record
from desktop.session.counting import counts_so_far
from desktop.session.given_vote import GivenVote
from desktop.session.heard_rows import transcript_record
from desktop.session.matchmaking import Counts, Draw
from desktop.session.plan import Plan, plan_as_json
from desktop.session.study import Study
from desktop.session.take_desk import STRIP_BARS, Take
from desktop.session.take_rows import take_record
from engines.api import Part, Transcription
from engines.errors import EngineError
from local_db import records
from local_db.errors import WorldError
from local_db.ids import new_id
from local_db.kept import Battle, SessionProgress
from local_db.store import Store
from local_db.take_files import discarded_name

EndState = Literal["skipped", "failed", "abandoned", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What was painted of both answers. Times count from the tick on which both began."""

    wait_ms: float
    onset_a_ms: float
    onset_b_ms: float
    complete_a_ms: float
    complete_b_ms: float
    cadence_per_s: float
    truncated_a: bool
    truncated_b: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else is to be known of how it was shown; JSON values."""


@dataclass(frozen=True, slots=True)
class SpokenReason:
    """A recorded reason and what the recogniser made of it, before any correction."""

    take: Take
    recogniser: Part
    transcription: Transcription | None
    """None when it could not be transcribed."""
    verbatim: str
    """The transcript that was offered for correction; empty without one."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Which system a participant takes one answer's for, said after the session."""

    battle_id: str
    slot: records.Slot
    system_id: str | None
    """None: not known."""
    id: str = field(default_factory=new_id)


def new_seed() -> int:
    """For a session's draws; small enough for every reader of JSON."""
    return secrets.randbits(48)


class Ledger:
    """One session's book. Belongs to the thread that owns the store."""

    def __init__(
        self,
        store: Store,
        study: Study,
        entries: Mapping[str, Entry],
        takes_folder: Path,
        *,
        simulated: bool = False,
        instead_of: SessionProgress | None = None,
    ) -> None:
        """A session that is begun ends the one that it is `instead_of`, both or neither."""
        self._store = store
        self._study = study
        self._entries = entries
        self._takes = takes_folder
        self._simulated = simulated
        self._instead_of = instead_of
        self._session_id = ""
        self._participant_id = ""
        self._turns: dict[str, str] = {}
        self._fingerprints: dict[str, str] = {}

    def begin_session(self, seed: int, plan: Plan, code: str | None = None) -> None:
        """A new sitting: of whoever had this `code` before, of a new participant without one."""
        with self._store.action():
            if self._instead_of is not None:
                self._store.end_session(self._instead_of.session_id, "a new session was started")
            self._record_systems()
            participant = self._store.start_participant(code, simulated=self._simulated)
            self._participant_id = participant
            self._session_id = self._store.start_session(
                records.SessionRecord(
                    participant_id=participant,
                    study=self._study.id,
                    study_sha256=self._study.sha256,
                    battles_planned=len(plan),
                    seed=seed,
                    settings={**self._study.settings, "plan": plan_as_json(plan)},
                )
            )

    def continue_session(self, earlier: SessionProgress) -> None:
        """Go on with a sitting that a crash or a power cut broke off."""
        with self._store.action():
            self._record_systems()
        self._session_id = earlier.session_id
        self._participant_id = earlier.participant_id

    def counts(self, kind: records.Kind) -> Counts:
        """How often each ordered pair counts so far among battles of a kind, by system id."""
        return counts_so_far(
            self._store.reader,
            self._study.id,
            kind,
            self._fingerprints,
            participant_id=self._participant_id,
            simulated=self._simulated,
        )

    def shown_before(self, number: int, peaks: tuple[float, ...]) -> Again:
        """The battle of this session with that number, to be shown once more.

        Without `peaks` (of a sitting before it was broken off) its recording is drawn anew.
        """
        from desktop.audio.check import drawn  # late: it loads what works on samples

        voted = (b for b in self.battles() if b.number == number and b.state == "voted")
        again = again_of(next(voted), self._takes, peaks)
        return again if peaks else replace(again, peaks=drawn(again.file, STRIP_BARS))

    def battles(self) -> list[Battle]:
        """This session's, in the order they were started."""
        return self._store.reader.battles(session_id=self._session_id)

    def open_battle(
        self,
        key: str,
        number: int,
        draw: Draw,
        kind: records.Kind,
        repeats: str | None,
        again: Again | None = None,
    ) -> None:
        """Commit the draw before anything of it is shown; with the same key again nothing changes.

        What is shown `again` was answered by what competed then, whatever has that id now.
        """
        known = self._fingerprints if again is None else again.fingerprints
        self._store.open_battle(
            records.BattleRecord(
                id=key,
                session_id=self._session_id,
                number=number,
                a=known[draw.a],
                b=known[draw.b],
                seed=draw.seed,
                step=draw.step,
                probability=draw.probability,
                sampler=draw.sampler,
                sampler_state=draw.state,
                kind=kind,
                repeats_battle_id=repeats,
                simulated=self._simulated,
            )
        )

    def take(
        self, battle_id: str, take: Take, *, turn: int = 1, history: records.History | None = None
    ) -> None:
        """Keep a recording; an accepted one becomes that turn of the battle, with what both systems
        are told of the one before."""
        with self._store.action():
            self._add_take(take, "turn", battle_id)
            if not take.quality.refused:
                self._turns[battle_id] = self._store.add_turn(
                    records.TurnRecord(
                        battle_id=battle_id, ordinal=turn, take_id=take.id, history=history
                    )
                )

    def repeat_battle(
        self,
        battle_id: str,
        key: str,
        number: int,
        draw: Draw,
        kind: records.Kind,
        *,
        discard: Sequence[Take],
    ) -> None:
        """End the battle without a vote and open its pair once more, with `key`, both or neither.

        The recordings that are to be discarded are deleted; their rows stay, marked. Where the disk
        takes no mark they are emptied all the same: who asked for that may leave now.
        """
        try:
            with self._store.action():
                why = "discarded" if discard else "recorded again"
                self._store.end_battle(battle_id, "skipped", why)
                for take in discard:
                    self._store.discard_take(take.id, "discarded by the participant")
                self.open_battle(key, number, draw, kind, battle_id)
        except WorldError:
            for take in discard:
                if take.file.exists():
                    discard_quietly(take.file)
            raise
        for take in discard:  # where it stays, the row says that it is discarded
            remove_quietly(take.file)
            remove_quietly(discarded_name(take.file))

    def answers(
        self, battle_id: str, take: Take, outcomes: Mapping[str, tuple[str, Outcome]]
    ) -> None:
        """Keep both outcomes: slot -> (system id, answer or error).

        A failed side fails the battle.
        """
        with self._store.action():
            transcripts: dict[int, str] = {}
            for slot, (system_id, outcome) in outcomes.items():
                transcript_id = self._transcript(take, system_id, outcome, transcripts)
                self._store.add_answer(
                    answer_record(
                        self._turns[battle_id],
                        "a" if slot == "a" else "b",
                        self._fingerprints[system_id],
                        outcome,
                        transcript_id,
                    )
                )
            failed = [
                (system_id, outcome)
                for system_id, outcome in outcomes.values()
                if isinstance(outcome, EngineError)
            ]
            if failed:
                self._store.end_battle(battle_id, "failed", "a system did not answer")
        for system_id, error in failed:
            why = " ".join(error.researcher.split())
            log.info("no answer: %s (%s): %s", system_id, error.kind.value, why)

    def answers_again(self, copies: Copies) -> None:
        """Keep what a swapped repeat shows: the take and the answers of an earlier battle."""
        with self._store.action():
            self._turns[copies.turn.battle_id] = self._store.add_turn(copies.turn)
            for answer in copies.answers:
                self._store.add_answer(answer)

    def shown(self, battle_id: str, shown: Shown) -> None:
        self._store.add_shown(records.ShownRecord(turn_id=self._turns[battle_id], **asdict(shown)))

    def vote(self, battle_id: str, given: GivenVote) -> None:
        """Commit a vote; the first one is the end of its battle. Again it changes nothing."""
        self._store.add_vote(given.record(battle_id))

    def vote_in_force(self, battle_id: str) -> str | None:
        """Key of the row that counts, as the disk has it; None while there is no vote."""
        with self._store.action():  # what is found then is also synced
            vote = self._store.reader.battle(battle_id).vote
        return None if vote is None else vote.id

    def reason(
        self, battle_id: str, vote_id: str, text: str, spoken: SpokenReason | None, key: str
    ) -> None:
        """Keep why; of a spoken reason the recording, the transcript and the correction.

        A later reason for the same vote supersedes the earlier one, be that one that the disk had
        kept when it reported an error. With the same `key` again it changes nothing.
        """
        earlier = self._reason_of(battle_id, vote_id)
        if earlier == key:
            return
        why = records.JustificationRecord(id=key, vote_id=vote_id, text=text, supersedes=earlier)
        with self._store.action():
            if spoken is not None:
                self._add_take(spoken.take, "reason", battle_id)
                why = replace(
                    why,
                    take_id=spoken.take.id,
                    transcript_id=self._reason_transcript(spoken),
                    verbatim=spoken.verbatim,
                )
            self._store.add_justification(why)

    def guess(self, guesses: Sequence[Guess]) -> None:
        """Keep all of them or none. The same ones again change nothing."""
        choices = [self._fingerprints[system] for system in self._study.systems]
        with self._store.action():
            for guess in guesses:
                system = guess.system_id
                self._store.add_guess(
                    records.GuessRecord(
                        id=guess.id,
                        battle_id=guess.battle_id,
                        slot=guess.slot,
                        fingerprint=None if system is None else self._fingerprints[system],
                        choices=choices,
                    )
                )

    def guessed(self, battle_id: str) -> Mapping[str, str | None]:
        """Slot -> the system it was taken for, as the disk has it; empty while nothing was said."""
        with self._store.action():  # what is found then is also synced
            guesses = self._store.reader.battle(battle_id).guesses
        systems = {fingerprint: system for system, fingerprint in self._fingerprints.items()}
        return {guess.slot: systems.get(guess.fingerprint or "") for guess in guesses}

    def end_battle(self, battle_id: str, state: EndState, reason: str) -> None:
        self._store.end_battle(battle_id, state, reason)

    def end_session(self, reason: str) -> None:
        self._store.end_session(self._session_id, reason)
        log.info("a session ended; the history ends at %s", self._store.reader.head())

    def back_up(self) -> None:
        """Copy the database, so that a damaged one has something to go back to."""
        self._store.backup()

    def _reason_of(self, battle_id: str, vote_id: str) -> str | None:
        """Key of the last reason for a vote, as the disk has it."""
        with self._store.action():  # what is found then is also synced
            kept = self._store.reader.battle(battle_id).justifications
        return next((why.id for why in reversed(kept) if why.vote_id == vote_id), None)

    def _reason_transcript(self, spoken: SpokenReason) -> str | None:
        if spoken.transcription is None:
            return None
        return self._store.add_transcript(
            transcript_record(spoken.take.id, spoken.recogniser.engine, spoken.transcription)
        )

    def _record_systems(self) -> None:
        for system_id in self._study.systems:
            entry = self._entries[system_id]
            self._fingerprints[system_id] = self._store.record_system(entry.record)

    def _add_take(self, take: Take, purpose: records.Purpose, battle_id: str) -> None:
        file = take.file.relative_to(self._takes).as_posix()
        self._store.add_take(take_record(take, purpose, file, battle_id, self._session_id))

    def _transcript(
        self, take: Take, system_id: str, outcome: Outcome, known: dict[int, str]
    ) -> str | None:
        """Key of the transcript an answer used; one that two answers share is stored once."""
        recogniser = self._entries[system_id].system.recogniser
        if isinstance(outcome, EngineError) or outcome.transcription is None or recogniser is None:
            return None
        transcription = outcome.transcription
        if id(transcription) not in known:
            known[id(transcription)] = self._store.add_transcript(
                transcript_record(take.id, recogniser.engine, transcription)
            )
        return known[id(transcription)]
