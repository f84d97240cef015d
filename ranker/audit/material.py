"""What an export holds for the audit: answers, when they appeared, and what voters guessed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.read import BATTLES, MAX_LINE_BYTES, SCHEMA, lines_of, require_export
from ranker.votes import WITHDRAWN, Malformed, flag, optional_text, text

ONE_SYSTEM = frozenset({"same_system", "same_text"})
"""Kinds of battles whose slots do not hold two systems' own answers."""


@dataclass(frozen=True, slots=True)
class Side:
    """One answer as it was shown."""

    system: str
    text: str | None
    """None where it was not kept: erased, or of an arena that publishes no texts."""
    onset_ms: float
    """First character painted, from the first tick of the reveal; nan where it was not measured."""
    language: str | None = None
    """As the station's detector told it when the answer was kept; None where it did not."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn whose answers were both shown."""

    battle: str
    participant: str | None
    wait_ms: float
    cadence_per_s: float
    a: Side
    b: Side


@dataclass(frozen=True, slots=True)
class Guess:
    """What the participant took one answer's system for."""

    battle: str
    participant: str | None
    right: bool | None
    """None: did not know."""
    n_choices: int


@dataclass(frozen=True, slots=True)
class Material:
    exchanges: tuple[Exchange, ...]
    guesses: tuple[Guess, ...]
    left_out: Mapping[str, int]
    """Rule -> battles that it leaves out."""
    n_simulated: int = 0
    """Of the battles that are in."""
    n_studies: int = 0


def gather(folders: Iterable[Path], *, include_simulated: bool) -> Material:
    """Everything the audit uses of these exports; what comes twice counts once.

    Of two copies of a battle the longer one counts: things are added to a battle, never taken away.
    Raises NoSuchExport.
    """
    left_out: Counter[str] = Counter()
    longest: dict[str, tuple[int, dict[str, Any]]] = {}
    for folder in folders:
        for line, record in _records(folder, left_out):
            known = longest.get(record["battle_id"])
            if known is None or len(line) > known[0]:
                longest[record["battle_id"]] = (len(line), record)
    exchanges: list[Exchange] = []
    guesses: list[Guess] = []
    records = [record for _, (_, record) in sorted(longest.items())]
    names = _names(records)
    used = []
    for record in records:
        rule = _why_not(record, include_simulated)
        found = [] if rule else [*_exchanges(record, names)]
        if found:
            used.append(record)
        else:
            left_out[rule or "answers not shown"] += 1
        exchanges += found
        guesses += [] if rule else _guesses(record)
    return Material(
        tuple(exchanges),
        tuple(guesses),
        dict(sorted(left_out.items())),
        n_simulated=sum(record["simulated"] for record in used),
        n_studies=len({optional_text(record, "study") for record in used} - {None}),
    )


def _records(folder: Path, left_out: Counter[str]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Lines that can be a battle of a schema that is understood."""
    require_export(folder)
    with (folder / BATTLES).open("rb") as stream:
        for line in lines_of(stream):
            try:
                if len(line) == MAX_LINE_BYTES:
                    raise Malformed("too long")
                record = json.loads(line.decode())
                if not isinstance(record, dict) or record.get("schema", SCHEMA) != SCHEMA:
                    raise Malformed("not a battle")
                text(record, "battle_id")
                flag(record, "simulated")
                optional_text(record, "participant")
                optional_text(record, "study")
                for slot in ("a", "b"):
                    text(_part(record.get(slot)), "system")
            except (Malformed, ValueError, RecursionError):
                # Not UTF-8, not JSON, or nested too deeply to be a battle.
                left_out["malformed line"] += 1
                continue
            yield line, record


def _why_not(record: Mapping[str, Any], include_simulated: bool) -> str | None:
    if record.get("state") == WITHDRAWN:
        return WITHDRAWN
    if record.get("kind") in ONE_SYSTEM or _key(record["a"]) == _key(record["b"]):
        return "one system in both slots"
    if record["simulated"] and not include_simulated:
        return "simulated"
    return None


def _key(side: Mapping[str, Any]) -> tuple[str, str]:
    return str(side["system"]), str(side.get("fingerprint") or side.get("version") or "")


def _names(records: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, str], str]:
    """The id alone where only one system has it."""
    known: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for record in records:
        for side in (record["a"], record["b"]):
            system, mark = _key(side)
            known[system][mark] = str(side.get("version") or "")
    names = {}
    for system, marks in known.items():
        versions = Counter(marks.values())
        for mark, version in marks.items():
            name = system if len(marks) == 1 else f"{system}@{version}"
            names[system, mark] = name if versions[version] == 1 else f"{name} ({mark[:8]})"
    return names


def _exchanges(
    record: Mapping[str, Any], names: Mapping[tuple[str, str], str]
) -> Iterator[Exchange]:
    for turn in _parts(record.get("turns")):
        shown = _part(turn.get("shown"))
        if turn.get("superseded") or not shown:
            continue
        sides = {}
        for slot in ("a", "b"):
            answer = _part(turn.get(slot))
            if answer and answer.get("error_kind") is None:
                name = names[_key(record[slot])]
                sides[slot] = Side(
                    name,
                    _string(answer.get("text")),
                    _number(shown, f"onset_{slot}_ms"),
                    _language(shown, slot),
                )
        if len(sides) == 2:
            yield Exchange(
                battle=record["battle_id"],
                participant=record.get("participant"),
                wait_ms=_number(shown, "wait_ms"),
                cadence_per_s=_number(shown, "cadence_per_s"),
                a=sides["a"],
                b=sides["b"],
            )


def _part(value: object) -> dict[str, Any]:
    """An object of the line; an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def _parts(values: object) -> list[dict[str, Any]]:
    return [_part(value) for value in values] if isinstance(values, list) else []


def _language(shown: Mapping[str, Any], slot: str) -> str | None:
    """Of this turn; the battle's covariates repeat it for its last turn."""
    texts = _part(_part(shown.get("facts")).get("texts"))
    return _string(_part(texts.get(slot)).get("language"))


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(values: Mapping[str, Any], key: str) -> float:
    value = values.get(key)
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and value is not None else float("nan")


def _guesses(record: Mapping[str, Any]) -> list[Guess]:
    found = []
    for guess in _parts(record.get("guesses")):
        said, choices = guess.get("fingerprint"), guess.get("choices")
        truth = _part(record.get(str(guess.get("slot")))).get("fingerprint")
        if truth is not None and isinstance(choices, list) and len(choices) > 1:
            right = None if said is None else said == truth
            found.append(Guess(record["battle_id"], record.get("participant"), right, len(choices)))
    return found
