"""Reading what is kept, beside the writer or on the writer's own connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Self

from local_db import kept
from local_db.appending import head_of
from local_db.assembling import battles_of, make, systems_of
from local_db.backups import last_good_backup
from local_db.chain import EMPTY_HEAD, ChainReport, Head
from local_db.connection import snapshot
from local_db.errors import sqlite_errors
from local_db.opening import copy_for_reading, open_for_reading
from local_db.records import Kind
from local_db.verifying import verify

_SESSIONS = """SELECT session.id AS session_id, session.*, participant.simulated,
  participant_code.code AS participant_code,
  coalesce(event.at_utc, '') AS started_utc
FROM session
JOIN participant ON participant.id = session.participant_id
LEFT JOIN participant_code ON participant_code.participant_id = participant.id
LEFT JOIN session_end ON session_end.session_id = session.id
LEFT JOIN event ON event.noun = 'session' AND event.row_id = session.id"""

_COUNTS = """SELECT count(*) AS started,
  total(state = 'voted') AS voted, total(state = 'skipped') AS skipped,
  total(state = 'failed') AS failed, total(state = 'abandoned') AS abandoned,
  total(state = 'withdrawn') AS withdrawn, total(state = 'open') AS open
FROM battle_now"""


def open_reader(path: Path, backup_folder: Path | None = None) -> Reader:
    """A reader with a connection of its own that cannot write; close it, or use `with`.

    Raises `MissingDatabase`, `UnreadableDatabase`, `NotADatabase`, `EmptyDatabase`,
    `NewerDatabase`, `OlderDatabase`, `DamagedDatabase` and the other `WorldError`s of reading;
    where a backup helps they name the last good one in `backup_folder`.
    """
    return Reader(open_for_reading(path, backup_folder), path, backup_folder)


def open_copy(path: Path, backup_folder: Path | None = None) -> Reader:
    """A reader of a private copy that was checked: for what takes long. Otherwise as above."""
    return Reader(copy_for_reading(path, backup_folder), path, backup_folder)


class Reader:
    """Queries. Every method reads from one moment and raises only `WorldError` and bugs."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, backup_folder: Path | None = None
    ) -> None:
        """`connection` from `opening`; `path` and its last good backup are named in errors."""
        self._connection = connection
        self._path = path
        self._backups = backup_folder

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
        """May be called twice."""
        self._connection.close()

    def station(self) -> str:
        """Key of this installed copy, made with its database."""
        with self._moment():
            (station,) = self._connection.execute("SELECT id FROM station").fetchone()
        return str(station)

    def conservation(
        self, study: str | None = None, *, session_id: str | None = None
    ) -> kept.Conservation:
        """Where every started battle went: of one study or session, or of all."""
        with self._moment():
            return self._conservation(study, session_id)

    def battle(self, battle_id: str) -> kept.Battle:
        """Raises KeyError when there is none with this key."""
        with self._moment():
            found = battles_of(self._connection, [battle_id])
        if not found:
            raise KeyError(battle_id)
        return found[0]

    def battles(
        self, study: str | None = None, *, session_id: str | None = None
    ) -> list[kept.Battle]:
        """All battles of a study or session, or all there are, in the order they were started."""
        with self._moment():
            return battles_of(self._connection, self._battle_ids(study, session_id))

    def battles_with(self, ids: Sequence[str]) -> list[kept.Battle]:
        """The battles with these keys, in the order they were started."""
        with self._moment():
            return battles_of(self._connection, ids)

    def battle_ids(self, study: str | None = None) -> list[str]:
        """Keys of all battles, in the order they were started."""
        with self._moment():
            return self._battle_ids(study, None)

    def pair_counts(
        self,
        study: str,
        *,
        simulated: bool = False,
        kind: Kind = "normal",
        participant_id: str | None = None,
    ) -> dict[tuple[str, str], int]:
        """How often each ordered pair of fingerprints (left, right) counts among battles of a kind.

        A battle counts that was voted on or is still open; those that failed or were left do not,
        because they are drawn again. Of everybody, unless one participant is named.
        """
        with self._moment():
            rows = self._connection.execute(
                "SELECT a, b, count(*) FROM battle_now WHERE study = ? AND is_simulated = ?"
                " AND kind = ? AND participant_id = coalesce(?, participant_id)"
                " AND state IN ('voted', 'open') GROUP BY a, b",
                (study, int(simulated), kind, participant_id),
            ).fetchall()
        return {(a, b): count for a, b, count in rows}

    def vote_counts(self, study: str, *, simulated: bool = False) -> list[kept.VoteCount]:
        """The votes that a leaderboard of this study counts, those that look alike together."""
        with self._moment():
            rows = self._connection.execute(
                "SELECT battle_now.a, battle_now.b, participant_id AS participant, choice,"
                " count(*) AS count FROM battle_now JOIN vote_now ON vote_now.battle_id ="
                " battle_now.id WHERE study = ? AND is_simulated = ? AND kind = 'normal'"
                " AND state = 'voted' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
                (study, int(simulated)),
            ).fetchall()
        return [make(kept.VoteCount, row) for row in rows]

    def open_sessions(self, study: str | None = None) -> list[kept.SessionProgress]:
        """Sessions that were not ended, the newest first: what can be continued after a crash."""
        with self._moment():
            rows = self._connection.execute(
                f"{_SESSIONS} WHERE session_end.id IS NULL AND session.study = coalesce(?, study)"
                " ORDER BY event.seq DESC",
                (study,),
            ).fetchall()
            return [self._progress(row) for row in rows]

    def systems(self) -> list[kept.System]:
        """Every system that was ever recorded."""
        with self._moment():
            return systems_of(self._connection)

    def sessions(self) -> list[kept.Session]:
        """Every session that was ever started, and how its battles were made."""
        with self._moment():
            rows = self._connection.execute("SELECT * FROM session ORDER BY id")
            return [make(kept.Session, row) for row in rows]

    def studies(self) -> list[str]:
        """Ids of all studies that have a session."""
        with self._moment():
            rows = self._connection.execute("SELECT DISTINCT study FROM session ORDER BY study")
            return [study for (study,) in rows]

    def take_files(self) -> list[str]:
        """Every file name a take was recorded under, discarded takes included."""
        with self._moment():
            return [file for (file,) in self._connection.execute("SELECT file FROM take")]

    def head(self) -> Head:
        """Where the hash chain ends: print it at the end of a session."""
        with self._moment():
            return head_of(self._connection)

    def passes_through(self, head: Head) -> bool:
        """Whether the chain ended there once: what was kept then is part of what is kept now."""
        with self._moment():
            found = self._connection.execute(
                "SELECT 1 FROM event WHERE seq = ? AND link = ?",
                (str(head.seq), head.link),  # as text: a file may claim more than 64 bits hold
            ).fetchone()
        return found is not None or head == EMPTY_HEAD

    def verify_chain(self, printed: Sequence[Head] = ()) -> ChainReport:
        """Check the whole chain, its rows, and that it passes through the heads printed earlier."""
        with self._moment():
            return verify(self._connection, printed)

    def quick_check(self) -> str:
        """SQLite's own quick check: `ok`, or what is wrong."""
        with self._moment():
            (verdict,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        return str(verdict)

    def _battle_ids(self, study: str | None, session_id: str | None) -> list[str]:
        rows = self._connection.execute(
            "SELECT battle_now.id FROM battle_now LEFT JOIN event"
            " ON event.noun = 'battle' AND event.row_id = battle_now.id"
            " WHERE study = coalesce(?, study) AND session_id = coalesce(?, session_id)"
            " ORDER BY event.seq, battle_now.id",
            (study, session_id),
        )
        return [battle_id for (battle_id,) in rows]

    def _conservation(self, study: str | None, session_id: str | None) -> kept.Conservation:
        row = self._connection.execute(
            f"{_COUNTS} WHERE study = coalesce(?, study) AND session_id = coalesce(?, session_id)",
            (study, session_id),
        ).fetchone()
        return kept.Conservation(
            **{field.name: int(row[field.name]) for field in fields(kept.Conservation)}
        )

    def _progress(self, row: sqlite3.Row) -> kept.SessionProgress:
        return make(
            kept.SessionProgress,
            row,
            battles=self._conservation(None, row["session_id"]),
        )

    @contextmanager
    def _moment(self) -> Iterator[None]:
        with sqlite_errors(self._path, lambda: last_good_backup(self._path, self._backups)):
            if self._connection.in_transaction:  # the writer reads what it is writing
                yield
            else:
                with snapshot(self._connection):
                    yield
