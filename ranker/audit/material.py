"""What an export holds for the audit: answers, when they appeared, and what voters guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.copies import latest
from ranker.read import Line, read_lines
from ranker.votes import WITHDRAWN, Battle, Refused

ONE_SYSTEM = frozenset({"same_system", "same_text"})
"""Kinds of battles whose slots do not hold two systems' own answers."""
REPEAT = "swapped_repeat"
"""The kind that shows an earlier battle's answers once more: what was learned from those would be
tried on the same texts, and nobody waited for it."""


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
    by_pass: bool = False
    """Whether the onsets are those of passes of painting, and not of single cards."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the participant took one answer's system for."""

    battle: str
    participant: str | None
    truth: str
    """Fingerprint of the system that wrote it."""
    right: bool | None
    """None: did not know."""
    n_choices: int


@dataclass(frozen=True, slots=True)
class Material:
    exchanges: tuple[Exchange, ...]
    alone: tuple[Exchange, ...]
    """Turns of the kinds in ONE_SYSTEM: only what they were waited for is of use."""
    guesses: tuple[Guess, ...]
    left_out: Mapping[str, int]
    """Rule -> battles that it leaves out."""
    n_simulated: int = 0
    """Of the battles that are in."""
    n_studies: int = 0


def gather(folders: Iterable[Path], *, include_simulated: bool) -> Material:
    """Everything the audit uses of these exports; what comes twice counts once.

    Of several copies of a battle that one counts which the ranker would count. Raises NoSuchExport.
    """
    left_out: Counter[str] = Counter()
    copies: defaultdict[str, list[tuple[Line, Battle]]] = defaultdict(list)
    for folder in folders:
        for line in read_lines(folder, []):  # what speaks against it, `doubts` says
            if isinstance(line.found, Refused):
                left_out[line.found.rule] += 1
            else:
                copies[line.record["battle_id"]].append((line, line.found))
    exchanges: list[Exchange] = []
    alone: list[Exchange] = []
    guesses: list[Guess] = []
    records = [*_settled(copies, left_out)]
    names = _names(records)
    used = []
    for record in records:
        rule = _why_not(record, include_simulated)
        if rule == ONE_ONLY and record["kind"] in ONE_SYSTEM:
            alone += _exchanges(record, names)
        found = [] if rule else [*_exchanges(record, names)]
        if found:
            used.append(record)
        else:
            left_out[rule or "answers not shown"] += 1
        exchanges += found
        guesses += [] if rule else _guesses(record)
    return Material(
        tuple(exchanges),
        tuple(alone),
        tuple(guesses),
        dict(sorted(left_out.items())),
        n_simulated=sum(record["simulated"] for record in used),
        n_studies=len({record.get("study") for record in used} - {None}),
    )


def _settled(
    copies: Mapping[str, Sequence[tuple[Line, Battle]]], left_out: Counter[str]
) -> Iterator[Mapping[str, Any]]:
    """One record of each battle, by id; the longest of those that tell the ranker the same, since
    things are added to a battle (a guess, a reason) and never taken away."""
    for _, same in sorted(copies.items()):
        known = latest({battle for _, battle in same})
        if known is None:
            left_out["conflicting copies"] += 1
            continue
        lines = [line for line, battle in same if battle == known]
        yield max(lines, key=lambda line: (len(line.raw), line.raw)).record


ONE_ONLY = "one system in both slots"


def _why_not(record: Mapping[str, Any], include_simulated: bool) -> str | None:
    if record["state"] == WITHDRAWN:
        return WITHDRAWN
    if record["simulated"] and not include_simulated:
        return "simulated"
    if record["kind"] in ONE_SYSTEM or _key(record["a"]) == _key(record["b"]):
        return ONE_ONLY
    if record["kind"] == REPEAT:
        return "an earlier battle once more"
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
                by_pass=_part(shown.get("facts")).get("timed_by") == "pass",
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
            who = record.get("participant")
            found.append(Guess(record["battle_id"], who, str(truth), right, len(choices)))
    return found
