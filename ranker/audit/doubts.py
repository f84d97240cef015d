"""Beside the figures of an audit: what is not measured, and what else a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from ranker.audit.material import Material
from ranker.audit.report import Name, lacking
from ranker.count import tally
from ranker.jumps import jumps
from ranker.read import read_export
from ranker.verdict import FEW_PEOPLE, mixture_notices, people

FEWEST = 30
"""Turns; with fewer an interval holds almost everything, and a figure would only mislead."""


def doubts(folders: Sequence[Path]) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """What the ranker says against these exports: lost lines, a broken chain, a jump of a rule;
    and how many of their battles are in which state."""
    problems: list[str] = []
    counted = tally(b for folder in folders for b in read_export(folder, problems))
    said = (*sorted(set(problems)), *jumps(counted.rules))
    return said, dict(sorted(counted.states.items()))


def notices(material: Material, grouped_by: Literal["participant", "battle"]) -> tuple[str, ...]:
    """What the turns that are in are made of, where that limits what the figures say."""
    turns = material.exchanges
    battles = len({turn.battle for turn in turns})
    known = {turn.participant for turn in turns} - {None}
    mixed = mixture_notices(material.n_simulated, battles, "battle", "Battles", material.n_studies)
    return (*mixed, *_people_notice(len(turns), len(known), grouped_by))


def _people_notice(
    n_turns: int, n_known: int, grouped_by: Literal["participant", "battle"]
) -> tuple[str, ...]:
    if not n_turns:
        return ()
    if not n_known:
        return (
            "No turn names a participant: intervals are too narrow if people took part more than "
            "once.",
        )
    parts = " by battle" if grouped_by == "battle" else ""
    few = f"Turns of {people(n_known)} only: the figures{parts} do not speak of other people."
    return (few,) if n_known < FEW_PEOPLE else ()


def too_few(name: Name, n_turns: int, n_missing: int) -> str:
    """Why a figure is not measured."""
    if not n_missing:
        return f"It takes {FEWEST} turns whose answers were shown; there are {n_turns}."
    return f"{lacking(name, n_missing, n_turns)}; {FEWEST} are needed."
