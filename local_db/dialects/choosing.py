"""From the lines of an export to the votes that a dialect holds: all others are counted by rule.

Other people's programs count every row they are given, so only votes that count are in: of battles
of kind `normal` that were voted on. The rules are called as the ranker calls them.
The lines of an import (`local_db.importing`) have the fields that its file knew, and no others.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_db.dialects.copies import one_each
from local_db.dialects.plain import (
    NORMAL,
    OUTCOMES,
    PlainAnswer,
    PlainTake,
    PlainTurn,
    PlainVote,
)
from local_db.errors import UnknownLabel

Line = Mapping[str, Any]
Names = Mapping[tuple[str, str, str], str]

SIMULATED, CANNOT_JUDGE, SELF_PLAY = "simulated", "cannot judge", "self-play"
NO_WINNER = "missing winner"


@dataclass(slots=True)
class Chosen:
    """Votes + exclusions = the lines of the export."""

    votes: list[PlainVote] = field(default_factory=list)
    exclusions: Counter[str] = field(default_factory=Counter)
    """Rule -> number of battles."""


def lines_of(battles: Path) -> Iterator[dict[str, Any]]:
    """The lines of a `battles.jsonl` that this program has written."""
    with battles.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def chosen(battles: Path, *, simulated: bool = False) -> Chosen:
    """Raises UnknownLabel where a vote that would count says something nobody knows."""
    result = Chosen()
    names = names_of(lines_of(battles))
    for line in one_each(lines_of(battles), result.exclusions):
        rule = _left_out(line, simulated)
        if rule is None:
            result.votes.append(_plain(line, names))
        else:
            result.exclusions[rule] += 1
    return result


def names_of(lines: Iterable[Line]) -> Names:
    """What each system is called: its id, and where two systems bear it, its version as well, and
    where these are equal, the beginning of its fingerprint."""
    versions: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in lines:
        for side in (line["a"], line["b"]):
            versions[side["system"]][side["version"]].add(side["fingerprint"])
    names = {}
    for system, by_version in versions.items():
        alone = sum(map(len, by_version.values())) == 1
        for version, fingerprints in by_version.items():
            for fingerprint in fingerprints:
                name = system if alone or version is None else f"{system} {version}"
                if len(fingerprints) > 1:
                    name = f"{name} {fingerprint[:8]}"
                names[system, version, fingerprint] = name
    return names


def _left_out(line: Line, simulated: bool) -> str | None:
    """The first rule that leaves a battle out."""
    if line["state"] != "voted":
        return f"state {line['state']}"
    if line["kind"] != NORMAL:
        return f"kind {line['kind']}"
    if line["simulated"] and not simulated:
        return SIMULATED
    choice = (line["vote"] or {}).get("choice")
    if choice is None:
        return NO_WINNER
    if choice == "cannot_judge":
        return CANNOT_JUDGE
    if choice not in OUTCOMES:
        raise UnknownLabel(choice, f"battle {line['battle_id']}", (*OUTCOMES, "cannot_judge"))
    return SELF_PLAY if line["a"] == line["b"] else None


def _plain(line: Line, names: Names) -> PlainVote:
    vote = line["vote"]
    takes = {take["id"]: take for take in line.get("takes", ())}
    turns = [turn for turn in line["turns"] if not turn.get("superseded")]
    return PlainVote(
        id=line["battle_id"],
        model_a=_name(line["a"], names),
        model_b=_name(line["b"], names),
        outcome=vote["choice"],
        participant=line["participant"],
        session=line["session"],
        station=line["station"],
        study=line["study"],
        number=line["number"],
        simulated=line["simulated"],
        at_utc=vote.get("at_utc") or line["started_utc"] or None,
        strength=vote["strength"],
        why=_why(line, vote["id"]),
        turns=tuple(_turn(turn, takes.get(turn.get("take_id"))) for turn in turns),
    )


def _name(side: Line, names: Names) -> str:
    return names[side["system"], side["version"], side["fingerprint"]]


def _why(line: Line, vote_id: str) -> str | None:
    """The reason for the vote that counts, as last corrected."""
    reasons = [why for why in line["justifications"] if why["vote_id"] == vote_id]
    superseded = {why.get("supersedes") for why in reasons} - {None}
    return next((why["text"] for why in reasons if why.get("id") not in superseded), None)


def _turn(turn: Line, take: Line | None) -> PlainTurn:
    kept = take is not None and take["discarded"] is None
    return PlainTurn(
        said=_said(turn, take),
        a=_answer(turn["a"]),
        b=_answer(turn["b"]),
        take=PlainTake(take["file"], take["sha256"]) if take is not None and kept else None,
    )


def _answer(answer: Line | None) -> PlainAnswer:
    if answer is None:
        return PlainAnswer()
    timings = answer["timings"]
    return PlainAnswer(
        text=answer["text"],
        first_ms=timings.get("ttft_ms"),
        total_ms=timings.get("total_ms"),
        characters=answer.get("characters") if answer["text"] is None else len(answer["text"]),
    )


def _said(turn: Line, take: Line | None) -> str | None:
    """What was heard, as the first answer that used a transcript read it."""
    if "said" in turn:
        return str(turn["said"]) if turn["said"] is not None else None
    transcripts = {found["id"]: found for found in (take or {}).get("transcripts", ())}
    for answer in (turn["a"], turn["b"]):
        used = transcripts.get(answer["transcript_id"]) if answer else None
        for hypothesis in used["hypotheses"] if used and answer else ():
            if hypothesis["name"] == answer["hypothesis"]:
                return str(hypothesis["text"])
    return None
