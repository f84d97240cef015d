"""The one writer: every method is one transaction, durable when it returns.

Rows are added, never changed; each comes with its event in the hash chain. The database itself
refuses a second first vote, an answer from a system that was not drawn for its slot, and a vote
without both answers (`schema_1.py`): such an `sqlite3.IntegrityError` is a bug of the caller.
After a `WorldError` the same record may be handed in again. Mostly nothing of that step was saved;
where the disk fails in a commit, SQLite cannot always say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from local_db import records
from local_db.appending import append, row_of
from local_db.backups import back_up, last_good_backup
from local_db.connection import transaction
from local_db.durable import fsync_file
from local_db.errors import sqlite_errors, world_errors
from local_db.ids import new_id
from local_db.lock_file import LockFile
from local_db.opening import open_for_writing
from local_db.reader import Reader
from local_db.recovery import RecoveryReport, sweep
from local_db.schema import CHAINED
from local_db.take_files import DISCARDED_SUFFIX

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def open_store(path: Path, *, program_version: str, backup_folder: Path) -> Store:
    """Make or open the database at `path` as its one writer.

    A new file is made whole or not at all. An existing one is checked; when its schema is older it
    is backed up into `backup_folder`, then migrated. Raises `NewerDatabase`, `NotADatabase`,
    `EmptyDatabase`, `ReadOnlyDatabase`, `AlreadyOpen`, `DiskFull`, `DamagedDatabase`, `Locked`,
    `DiskTrouble`, `SqliteTooOld`; the file is as it was.
    """
    connection, lock = open_for_writing(path, backup_folder)
    store = Store(connection, lock, path, program_version, backup_folder)
    try:
        store.ensure_station()
    except BaseException:
        store.close()
        raise
    return store


class Store:
    """Belongs to the thread that opened it. Close it, or use `with`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        lock: LockFile,
        path: Path,
        program_version: str,
        backup_folder: Path,
    ) -> None:
        """Use `open_store`."""
        self._connection = connection
        self._lock = lock
        self._program_version = program_version
        self._backup_folder = backup_folder
        self._unsure = False
        """A commit failed: it may have happened all the same, and not have reached the disk."""
        self.path = path
        self.reader = Reader(connection, path, backup_folder)
        """Reads on this connection; do not close it apart from the store."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another writer in. May be called twice."""
        self._connection.close()
        self._lock.release()

    @contextmanager
    def action(self) -> Iterator[None]:
        """Several calls as one transaction: all of them are kept, or none.

        Every method opens one of its own when there is none yet.
        """
        if self._connection.in_transaction:
            yield
            return
        with sqlite_errors(self.path, self._last_good_backup):
            try:
                with transaction(self._connection):
                    yield
            except sqlite3.Error:
                self._unsure = True
                raise
        if self._unsure:
            self._make_sure()

    def ensure_station(self) -> str:
        """Key of this installed copy; made the first time."""
        with self.action():
            known = self._connection.execute("SELECT id FROM station").fetchone()
            if known is not None:
                return str(known["id"])
            return self._add("station", {"id": new_id(), "made_by": self._program_version})

    def record_system(self, system: records.SystemRecord) -> str:
        """Make a system known; returns its fingerprint. One that is known stays as it was."""
        with self.action():
            fingerprint = system.fingerprint
            if self._find("system", "fingerprint", fingerprint) is None:
                self._add("system", {"fingerprint": fingerprint, **row_of(system)})
            return fingerprint

    def start_participant(self, code: str | None, *, simulated: bool = False) -> str:
        """Key of the participant with this code; a new one when there is none, or no code.

        Raises ValueError when a person's code is asked for a simulation, or the other way round.
        """
        with self.action():
            known = None if code is None else self._find("participant_code", "code", code)
            if known is not None:
                participant_id = str(known["participant_id"])
                person = self._find("participant", "id", participant_id)
                if person is None or bool(person["simulated"]) != simulated:
                    raise ValueError(f"the code {code!r} belongs to another kind of participant")
                return participant_id
            participant_id = self._add("participant", {"id": new_id(), "simulated": simulated})
            if code is not None:
                self._add(
                    "participant_code",
                    {"id": new_id(), "participant_id": participant_id, "code": code},
                )
            return participant_id

    def start_session(self, session: records.SessionRecord) -> str:
        """Returns the session's key."""
        row = {**row_of(session), "program_version": self._program_version}
        return self._add("session", row)

    def end_session(self, session_id: str, reason: str) -> None:
        """A session that has ended cannot be continued. Ending it again changes nothing."""
        self._end("session_end", "session_id", session_id, reason=reason)

    def open_battle(self, battle: records.BattleRecord) -> str:
        """Store the draw before anything of it is shown. Returns the battle's key."""
        return self._add_record("battle", battle)

    def add_take(self, take: records.TakeRecord) -> str:
        """Store a recording whose file is already safe. Returns the take's key."""
        return self._add_record("take", take)

    def discard_take(self, take_id: str, reason: str) -> None:
        """The row stays, marked; removing the file is the caller's. Again changes nothing."""
        self._end("take_discard", "take_id", take_id, reason=reason)

    def add_turn(self, turn: records.TurnRecord) -> str:
        """Say which take both systems get. Returns the turn's key."""
        return self._add_record("turn", turn)

    def add_transcript(self, transcript: records.TranscriptRecord) -> str:
        """Returns the transcript's key."""
        return self._add_record("transcript", transcript)

    def add_answer(self, answer: records.AnswerRecord) -> str:
        """Store an answer, or the error in its place. Returns the answer's key."""
        return self._add_record("answer", answer)

    def add_shown(self, shown: records.ShownRecord) -> str:
        """Store what was painted when. Returns the row's key."""
        return self._add_record("shown", shown)

    def add_vote(self, vote: records.VoteRecord) -> str:
        """Store a vote; the first one ends its battle as `voted`. Returns the vote's key."""
        with self.action():
            self._add_record("vote", vote)
            if vote.supersedes is None:
                self._end("battle_end", "battle_id", vote.battle_id, state="voted", reason="")
            return vote.id

    def add_justification(self, why: records.JustificationRecord) -> str:
        """Returns the justification's key."""
        return self._add_record("justification", why)

    def add_guess(self, guess: records.GuessRecord) -> str:
        """Store which system the participant believes wrote an answer. Returns its key."""
        return self._add_record("guess", guess)

    def end_battle(self, battle_id: str, state: records.State, reason: str) -> None:
        """End a battle without a vote. Ending it again the same way changes nothing.

        Raises ValueError when it has already ended in another state.
        """
        self._end("battle_end", "battle_id", battle_id, state=state, reason=reason)

    def recover(self, takes_folder: Path) -> RecoveryReport:
        """Tidy up after a crash, before the first session of a start.

        Battles left open end as `abandoned`; unfinished and unreferenced recordings move to
        `orphans/` inside the takes folder. Takes that were emptied because somebody discarded them
        (`take_files.empty_discarded`) are marked. Nothing else is deleted.
        """
        emptied = takes_folder.glob(f"*{DISCARDED_SUFFIX}")
        names = sorted(path.name.removesuffix(DISCARDED_SUFFIX) for path in emptied)
        with self.action():
            left = self._connection.execute(
                "SELECT id FROM battle_now WHERE state = 'open' ORDER BY id"
            ).fetchall()
            for (battle_id,) in left:
                self.end_battle(battle_id, "abandoned", "the program ended before the vote")
            for take in filter(None, (self._find("take", "file", name) for name in names)):
                self.discard_take(take["id"], "discarded by the participant")
        with world_errors(takes_folder):
            return sweep(self._connection, takes_folder, tuple(row["id"] for row in left))

    def erase(self, rows: Sequence[tuple[str, str]], reason: str) -> str:
        """Remove rows, given as (table, key), and what their digests were made with.

        The digests and links stay, so the chain still verifies; the erasure is an event of its own
        that names the others. Rows that still refer to an erased one must be among them. Returns
        the erasure's key; raises KeyError when a row is not there.
        """
        with self.action():
            self._connection.execute("PRAGMA defer_foreign_keys = ON")
            seqs = [self._event_of(noun, row_id) for noun, row_id in rows]
            erasure = self._add("erasure", {"id": new_id(), "reason": reason, "seqs": seqs})
            for seq, (noun, row_id) in zip(seqs, rows, strict=True):
                self._connection.execute("UPDATE event SET salt = NULL WHERE seq = ?", (seq,))
                self._connection.execute(f"DELETE FROM {noun} WHERE {CHAINED[noun]} = ?", (row_id,))
        with sqlite_errors(self.path):  # no trace in the log of a database that has one
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return erasure

    def backup(self) -> Path:
        """Copy the database into the backup folder, verified; older copies are thinned.

        Called at the end of a session, so that a damaged file has something to go back to.
        """
        with world_errors(self._backup_folder):
            return back_up(self._connection, self.path, self._backup_folder)

    def _add_record(self, noun: str, record: DataclassInstance) -> str:
        return self._add(noun, row_of(record))

    def _add(self, noun: str, row: dict[str, object]) -> str:
        with self.action():
            return append(self._connection, noun, row)

    def _end(self, noun: str, column: str, of: str, **what: str) -> None:
        with self.action():
            known = self._find(noun, column, of)
            if known is None:
                self._add(noun, {"id": new_id(), column: of, **what})
            elif "state" in what and known["state"] != what["state"]:
                raise ValueError(f"{of} has already ended as {known['state']}")

    def _find(self, noun: str, column: str, value: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(
            f"SELECT * FROM {noun} WHERE {column} = ?", (value,)
        ).fetchone()
        return row

    def _event_of(self, noun: str, row_id: str) -> int:
        row = self._connection.execute(
            "SELECT seq FROM event WHERE noun = ? AND row_id = ? AND salt IS NOT NULL",
            (noun, row_id),
        ).fetchone()
        if row is None:
            raise KeyError((noun, row_id))
        return int(row["seq"])

    def _make_sure(self) -> None:
        """An action that finds its rows already there writes nothing, and SQLite syncs nothing. But
        a truncation of the journal that was not synced is undone by a power loss, and with it what
        was committed by it. Only the journal is opened: closing the database would let go of
        SQLite's locks on it."""
        journal = self.path.with_name(f"{self.path.name}-journal")
        with world_errors(self.path):
            if journal.exists():
                fsync_file(journal)
        self._unsure = False

    def _last_good_backup(self) -> Path | None:
        return last_good_backup(self.path, self._backup_folder)
