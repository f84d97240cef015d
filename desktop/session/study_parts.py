"""The tables of a study file that say how a comparison is made: design, show and vote.

Every default is how a session has always been: a file without these tables means what it meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.errors import StudyProblem
from desktop.plural import count
from desktop.session.study_table import FORM, StudyTable


class Sampler(StrEnum):
    """How the next pair is drawn."""

    BALANCED = "balanced"  # the pair shown least often
    UNIFORM = "uniform"
    WEIGHTED = "weighted"  # by the product of both systems' weights
    ADAPTIVE = "adaptive"  # where the ranking's intervals are widest


class Markdown(StrEnum):
    """What is done with Markdown marks, on both cards the same."""

    AS_WRITTEN = "as_written"
    PLAIN = "plain"  # marks are taken away, words stay


class Identity(StrEnum):
    """What is done where an answer says who made it."""

    FLAG = "flag"  # kept with the answer
    MASK = "mask"  # and not shown
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Design:
    """Who meets whom, and the battles of a session that are there to check the voter."""

    sampler: Sampler = Sampler.BALANCED
    weights: Mapping[str, float] = field(default_factory=dict)
    """System -> weight, where the sampler is weighted; 1 where a system has none."""
    practice: int = 0
    """Battles at the beginning of a session that count for nothing."""
    same_system: int = 0
    """Battles of a session in which one system stands in both slots; likewise the next ones."""
    same_text: int = 0
    swapped_repeats: int = 0
    """An earlier take and pair once more, the slots the other way round."""
    repeat_after: int = 3
    """Votes between a battle and its swapped repeat."""
    gold: int = 0
    gold_better: str = ""
    """The system that everybody should prefer to `gold_worse` in a gold battle."""
    gold_worse: str = ""

    @property
    def besides(self) -> int:
        """Battles of a session that are there beside those that count."""
        checks = self.same_system + self.same_text + self.swapped_repeats + self.gold
        return self.practice + checks


@dataclass(frozen=True, slots=True)
class Showing:
    """How answers appear."""

    minimum_wait_ms: int = 0
    """From the end of a take until answers appear, however fast both systems are."""
    markdown: Markdown = Markdown.AS_WRITTEN
    identity: Identity = Identity.FLAG


@dataclass(frozen=True, slots=True)
class Voting:
    """What is asked besides who was better."""

    strength: bool = False
    """Slightly or clearly."""
    each_side: bool = False
    """Each answer by itself, good or bad."""
    reason_codes: bool = False
    guess: bool = False
    """At the end of a session: which system was this?"""
    reason_recogniser: str = ""
    """The system of the catalogue whose recogniser writes spoken reasons down; empty: the first
    recogniser of the study that takes dictation on this machine."""


_MOST_OF_A_KIND = (0, 100)


def read_design(table: StudyTable, systems: Sequence[str]) -> Design:
    """Raises StudyProblem, as the others do."""
    sampler = table.choice("sampler", Sampler.BALANCED)
    counted = {
        name: table.number(name, int, 0, _MOST_OF_A_KIND)
        for name in ("practice", "same_system", "same_text", "swapped_repeats", "gold")
    }
    design = Design(
        sampler=sampler,
        weights=_weights(table.table("weights"), systems),
        repeat_after=table.number("repeat_after", int, 3, (1, 100)),
        gold_better=table.take("gold_better", str, ""),
        gold_worse=table.take("gold_worse", str, ""),
        **counted,
    )
    table.finish()
    named = {design.gold_better, design.gold_worse}
    if design.gold and (len(named) != 2 or not named <= set(systems)):
        raise StudyProblem(
            f"{table.where}: gold battles need “gold_better” and “gold_worse”.",
            "Name two different systems of this study.",
        )
    if design.weights and sampler is not Sampler.WEIGHTED:
        raise StudyProblem(f"{table.where}: “weights” need sampler = “weighted”.", FORM)
    if sum(design.weights.get(system, 1.0) > 0 for system in systems) < 2:
        raise StudyProblem(
            f"{table.where}: a battle needs two systems that weigh more than 0.",
            "Give another system a weight, or leave it out: then it weighs 1.",
        )
    return design


def require_fair_repeats(where: str, design: Design, *, normal: int, told_each_vote: bool) -> None:
    """A session must have room for its swapped repeats, and both votes must be as blind.

    `normal` is how many of its battles count. Raises StudyProblem.
    """
    if not design.swapped_repeats:
        return
    where = f"{where}, [design]"
    others = design.same_system + design.same_text + design.gold
    if design.swapped_repeats > normal or normal + others <= design.repeat_after:
        repeats = count(design.swapped_repeats, "swapped repeat")
        raise StudyProblem(
            f"{where}: a session is too short for {repeats} with "
            f"{count(design.repeat_after, 'vote')} between.",
            "Raise “battles_per_session”, or lower “swapped_repeats” or “repeat_after”.",
        )
    if told_each_vote:
        raise StudyProblem(
            f"{where}: a swapped repeat is not blind where the names are told after each vote.",
            "Set reveal = “session_end” or “never”, or leave the repeats out.",
        )


def _weights(table: StudyTable, systems: Sequence[str]) -> Mapping[str, float]:
    unknown = [name for name in table.names() if name not in systems]
    if unknown:
        raise StudyProblem(
            f"{table.where}: {unknown[0]} does not compete in this study.", "Check the spelling."
        )
    return {
        name: float(table.number(name, (int, float), None, (0, 1_000_000)))
        for name in table.names()
    }


def read_showing(table: StudyTable) -> Showing:
    showing = Showing(
        minimum_wait_ms=table.number("minimum_wait_ms", int, 0, (0, 120_000)),
        markdown=table.choice("markdown", Markdown.AS_WRITTEN),
        identity=table.choice("identity", Identity.FLAG),
    )
    table.finish()
    return showing


def read_voting(table: StudyTable) -> Voting:
    voting = Voting(
        strength=table.flag("strength"),
        each_side=table.flag("each_side"),
        reason_codes=table.flag("reason_codes"),
        guess=table.flag("guess"),
        reason_recogniser=table.take("reason_recogniser", str, ""),
    )
    table.finish()
    return voting
