"""The outcome of an audit, with the sentences that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ranker.audit.score import CONFIDENCE, Score
from ranker.verdict import count

Name = Literal["slot", "kind", "pair", "length", "format", "language", "vocabulary", "guess"]


TITLES: Mapping[Name, str] = {
    "slot": "Side, from the moment each answer appeared",
    "kind": "One system or two, from the wait",
    "pair": "Pair, from the wait and the pace that both share",
    "length": "System, from the length of an answer",
    "format": "System, from marks and layout",
    "language": "System, from language and script",
    "vocabulary": "System, from words",
    "guess": "System, as participants guessed afterwards",
}
"""What was to be named, from what."""
UNITS: Mapping[Name, str] = {
    "slot": "turns",
    "kind": "turns of one",
    "pair": "turns",
    "guess": "guesses",
}
"""What is counted; answers where nothing is said."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How well one thing names what should not be known."""

    name: Name
    score: Score | None
    """None where there is too little to learn from."""
    why_not: str = ""
    n_missing: int = 0
    """Turns that are not in it because what it is made of is not known of them."""

    @property
    def title(self) -> str:
        return TITLES[self.name]


@dataclass(frozen=True, slots=True)
class Report:
    n_battles: int
    n_turns: int
    n_participants: int
    systems: tuple[str, ...]
    grouped_by: Literal["participant", "battle"]
    """What is never both in what was learned from and in what was tried."""
    figures: tuple[Figure, ...]
    n_unknown: int
    """Guesses that were “I do not know”."""
    left_out: Mapping[str, int]
    doubts: tuple[str, ...] = ()
    """What speaks against the exports themselves, as the ranker says it of them."""
    notices: tuple[str, ...] = ()
    """What a reader must know beside the figures."""
    states: Mapping[str, int] = field(default_factory=dict)
    """State -> battles of these exports, each once."""

    def figure(self, name: Name) -> Figure:
        return next(figure for figure in self.figures if figure.name == name)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What gives systems away and what does not; the first one is about the window."""
        return tuple(_sentences(self))

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "confidence": CONFIDENCE, "sentences": list(self.sentences)}


_MADE_OF: Mapping[Name, str] = {
    "slot": "the times at which the answers appeared",
    "kind": "the time that was waited",
    "pair": "the time that was waited",
}
"""What a figure is made of; the texts where nothing is said."""

_GIVES = {
    "slot": "When answers appeared tells which side is which system",
    "kind": "How long answers were waited for tells where one system stands in both slots",
    "pair": "How long both answers were waited for says something about which two systems they are",
    "length": "Length gives systems away",
    "format": "Marks and layout give systems away",
    "language": "Language and script give systems away",
    "vocabulary": "Words give systems away",
    "guess": "Participants recognise systems",
}
_REMEDY = {
    "slot": "Votes may follow speed: this is a fault of the window, not of the systems.",
    "kind": "A minimum wait in the study (show.minimum_wait_ms) that is longer than the slowest "
    "system takes twice hides it.",
    "pair": "A minimum wait in the study (show.minimum_wait_ms) hides it.",
}


def _sentences(report: Report) -> Iterator[str]:
    for figure in report.figures:
        score = figure.score
        if score is None:
            yield f"{figure.title}: not measured. {figure.why_not}"
            continue
        said = _GIVES[figure.name] if score.leaks else f"{figure.title}: no leak found"
        bound = f"at least {percent(score.low)}" if score.leaks else possible(score)
        named = f"{percent(score.accuracy)} named rightly, {bound}; chance {percent(score.chance)}"
        remedy = f" {_REMEDY[figure.name]}" if score.leaks and figure.name in _REMEDY else ""
        lacks = f" {lacking(figure.name, figure.n_missing, report.n_turns)}, and are not in it."
        yield f"{said} ({named}).{remedy}{lacks * (figure.n_missing > 0)}"
    if report.n_unknown:
        yield f"{count(report.n_unknown, 'guess was', 'guesses were')} “I do not know”."


def possible(score: Score) -> str:
    """How large a leak may be that was not found: few turns hide a large one."""
    return f"up to {percent(score.high)} is possible"


def lacking(name: Name, n_missing: int, n_turns: int) -> str:
    """How many turns do not hold what a figure is made of; no full stop."""
    came = f"{n_missing:,} of {count(n_turns, 'turn')} came"
    return f"{came} without {_MADE_OF.get(name, 'the texts of both answers')}"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"
