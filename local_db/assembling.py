"""From rows to `kept.Battle`: one query a table for any number of battles."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from local_db import kept
from local_db.edit_distance import edit_distance
from local_db.schema import BOOL_COLUMNS, JSON_COLUMNS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

# The event is joined loosely: a row whose event somebody removed is still a row.
_WITH_EVENT = """SELECT {table}.*,
  coalesce(event.seq, 0) AS seq, coalesce(event.at_utc, '') AS at_utc
FROM {table} LEFT JOIN event ON event.noun = '{table}' AND event.row_id = {table}.id
WHERE {condition} ORDER BY event.seq, {table}.rowid"""

_OF_BATTLES = "{table}.battle_id IN (SELECT value FROM json_each(:ids))"
_OF_TURNS = """{table}.turn_id IN (
  SELECT id FROM turn WHERE battle_id IN (SELECT value FROM json_each(:ids)))"""
_OF_VOTES = """{table}.vote_id IN (
  SELECT id FROM vote WHERE battle_id IN (SELECT value FROM json_each(:ids)))"""

_BATTLES = """SELECT battle_now.*, coalesce(event.seq, 0) AS seq,
  coalesce(event.at_utc, '') AS started_utc, ended.at_utc AS ended_utc,
  (SELECT id FROM station LIMIT 1) AS station
FROM battle_now
LEFT JOIN event ON event.noun = 'battle' AND event.row_id = battle_now.id
LEFT JOIN battle_end ON battle_end.battle_id = battle_now.id
LEFT JOIN event AS ended ON ended.noun = 'battle_end' AND ended.row_id = battle_end.id
WHERE battle_now.id IN (SELECT value FROM json_each(:ids)) ORDER BY event.seq, battle_now.id"""

_TAKES = """SELECT take.*, coalesce(event.at_utc, '') AS at_utc, take_discard.reason AS discarded,
  used.battle_id AS used_in
FROM (
  SELECT battle_id, id AS take_id FROM take WHERE {of_battles}
  UNION SELECT battle_id, take_id FROM turn WHERE {of_battles}
  UNION SELECT vote.battle_id, justification.take_id
    FROM vote JOIN justification ON justification.vote_id = vote.id WHERE {of_battles}
) AS used
JOIN take ON take.id = used.take_id
LEFT JOIN take_discard ON take_discard.take_id = take.id
LEFT JOIN event ON event.noun = 'take' AND event.row_id = take.id
ORDER BY event.seq, take.rowid""".format(
    of_battles="battle_id IN (SELECT value FROM json_each(:ids))"
)


def battles_of(connection: sqlite3.Connection, ids: Sequence[str]) -> list[kept.Battle]:
    """The battles with these keys, in the order they were started; unknown keys are left out."""
    wanted = {"ids": json.dumps(list(ids))}

    def rows(table: str, condition: str) -> list[sqlite3.Row]:
        sql = _WITH_EVENT.format(table=table, condition=condition.format(table=table))
        return connection.execute(sql, wanted).fetchall()

    takes = connection.execute(_TAKES, wanted).fetchall()
    parts = _Parts(
        systems={system.fingerprint: system for system in systems_of(connection)},
        takes=_grouped(takes, "used_in", _take_maker(connection, takes)),
        turns=_grouped(
            rows("turn", _OF_BATTLES),
            "battle_id",
            _turn_maker(
                _grouped(rows("answer", _OF_TURNS), "turn_id", _maker(kept.Answer)),
                _grouped(rows("shown", _OF_TURNS), "turn_id", _maker(kept.Shown)),
                rows("turn", _OF_BATTLES),
            ),
        ),
        votes=_grouped(rows("vote", _OF_BATTLES), "battle_id", _maker(kept.Vote)),
        justifications=_grouped(rows("justification", _OF_VOTES), "vote_id", _justification),
        guesses=_grouped(rows("guess", _OF_BATTLES), "battle_id", _maker(kept.Guess)),
    )
    return [parts.battle(row) for row in connection.execute(_BATTLES, wanted)]


def systems_of(connection: sqlite3.Connection) -> list[kept.System]:
    """Every system that was ever recorded, by id, version, fingerprint."""
    rows = connection.execute("SELECT * FROM system ORDER BY system, version, fingerprint")
    return [make(kept.System, row) for row in rows]


def make(kind: type[T], row: Mapping[str, Any] | sqlite3.Row, **more: Any) -> T:
    """A value of `kind` from the columns that bear its fields' names, and from `more`."""
    values = {
        field.name: _value(field.name, row[field.name])
        for field in fields(kind)
        if field.name not in more
    }
    return kind(**values, **more)


def _value(column: str, stored: Any) -> Any:
    if stored is not None and column in JSON_COLUMNS:
        return json.loads(stored)
    return bool(stored) if column in BOOL_COLUMNS else stored


def _maker(kind: type[T]) -> Callable[[sqlite3.Row], T]:
    return lambda row: make(kind, row)


def _grouped(
    rows: Iterable[sqlite3.Row], column: str, maker: Callable[[sqlite3.Row], T]
) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(maker(row))
    return groups


def _take_maker(
    connection: sqlite3.Connection, takes: Sequence[sqlite3.Row]
) -> Callable[[sqlite3.Row], kept.Take]:
    ids = json.dumps([row["id"] for row in takes])
    transcripts = _grouped(
        connection.execute(
            "SELECT * FROM transcript WHERE take_id IN (SELECT value FROM json_each(?))"
            " ORDER BY rowid",
            (ids,),
        ),
        "take_id",
        _maker(kept.Transcript),
    )
    return lambda row: make(kept.Take, row, transcripts=tuple(transcripts.get(row["id"], ())))


def _justification(row: sqlite3.Row) -> kept.Justification:
    """By itself: whether it is in force is told by what comes after it."""
    heard = row["verbatim"]
    distance = None if heard is None else edit_distance(heard, row["text"])
    return make(kept.Justification, row, edit_distance=distance, in_force=False)


def _told_which_is_in_force(
    votes: Sequence[kept.Vote], justifications: Sequence[kept.Justification]
) -> Iterator[kept.Justification]:
    """A reason explains a choice: it outlives votes that repeat that, and none that changes it."""
    explained: set[str] = set()
    for vote in votes:
        same = any(vote.supersedes == v.id and vote.choice == v.choice for v in votes)
        explained = explained | {vote.id} if same else {vote.id}
    superseded = {why.supersedes for why in justifications}
    for why in justifications:
        counts = why.vote_id in explained and why.id not in superseded
        yield replace(why, in_force=counts)


def _turn_maker(
    answers: Mapping[str, list[kept.Answer]],
    shown: Mapping[str, list[kept.Shown]],
    turns: Iterable[sqlite3.Row],
) -> Callable[[sqlite3.Row], kept.Turn]:
    superseded_turns = {row["supersedes"] for row in turns}

    def turn(row: sqlite3.Row) -> kept.Turn:
        own = answers.get(row["id"], [])
        superseded = {answer.supersedes for answer in own}
        current = {answer.slot: answer for answer in own if answer.id not in superseded}
        return make(
            kept.Turn,
            row,
            a=current.get("a"),
            b=current.get("b"),
            earlier_answers=tuple(answer for answer in own if answer.id in superseded),
            shown=next(iter(shown.get(row["id"], ())), None),
            superseded=row["id"] in superseded_turns,
        )

    return turn


class _Parts:
    """The rows of many battles, by battle."""

    def __init__(
        self,
        *,
        systems: Mapping[str, kept.System],
        takes: Mapping[str, list[kept.Take]],
        turns: Mapping[str, list[kept.Turn]],
        votes: Mapping[str, list[kept.Vote]],
        justifications: Mapping[str, list[kept.Justification]],
        guesses: Mapping[str, list[kept.Guess]],
    ) -> None:
        self._systems = systems
        self._takes = takes
        self._turns = turns
        self._votes = votes
        self._justifications = justifications
        self._guesses = guesses

    def battle(self, row: sqlite3.Row) -> kept.Battle:
        votes = self._votes.get(row["id"], [])
        superseded = {vote.supersedes for vote in votes}
        turns = self._turns.get(row["id"], [])
        return make(
            kept.Battle,
            row,
            battle_id=row["id"],
            session=row["session_id"],
            participant=row["participant_id"],
            simulated=bool(row["is_simulated"]),
            repeats=row["repeats_battle_id"],
            draw=make(kept.Draw, row, state=json.loads(row["sampler_state"])),
            a=self._side(row["a"]),
            b=self._side(row["b"]),
            takes=tuple(self._takes.get(row["id"], ())),
            turns=tuple(sorted(turns, key=lambda turn: turn.ordinal)),
            vote=next((vote for vote in votes if vote.id not in superseded), None),
            votes=tuple(votes),
            justifications=tuple(
                _told_which_is_in_force(
                    votes,
                    [why for vote in votes for why in self._justifications.get(vote.id, ())],
                )
            ),
            guesses=tuple(self._guesses.get(row["id"], ())),
        )

    def _side(self, fingerprint: str) -> kept.Side:
        system = self._systems[fingerprint]
        return kept.Side(system.system, system.version, fingerprint, system.label, system.baseline)
