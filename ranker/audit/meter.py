"""How well what was shown names the system that answered: a classifier's figure for each cue.

**Which slot holds which system, given the pair**, from what the window showed in time, is learned
by system: how does an answer of X appear, early or late, before the other or after it? Of two
answers of X and Y, that order is named whose two sides fit better. How often X stood left cannot
help, so chance is a half exactly, and everything that is known of X helps in all its pairs.

**Which pair it is**, from the wait that both share, and **which system**, from an answer's length,
marks, language and words, are measured against always naming the commonest one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from ranker.audit import language, style
from ranker.audit.columns import PARTS
from ranker.audit.folds import FOLDS, numbered, tried
from ranker.audit.material import Exchange, Guess, gather
from ranker.audit.report import Figure, Name, Report
from ranker.audit.score import Score, score
from ranker.audit.vocabulary import vocabulary
from ranker.fit import Floats
from ranker.table import Ints

_NOTHING = 1e-9
"""Log odds that are no more than rounding."""
FRAME_MS = 1000 / 60
"""What is painted less than a frame apart is seen at once. Of two cards that one frame shows, one
is painted, and its time noted, after the other: by what its text takes, which says whose it is."""
FEWEST = 30
"""Turns; with fewer an interval holds almost everything, and a figure would only mislead."""

Measure = Callable[[str], Sequence[float] | Floats]
_CUES: Mapping[Name, tuple[Measure, int]] = {
    "length": (style.length, PARTS),
    "format": (style.marks, PARTS),
    "language": (language.features, PARTS),
    "vocabulary": (vocabulary, 1),
}
"""Of one answer: its features, and into how many parts each is cut."""


def audit(
    folders: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    include_simulated: bool = False,
    seed: int = 0,
) -> Report:
    """Audit exported folders together; `seed` deals participants into parts.

    Raises ranker.read.NoSuchExport for a folder that is no export.
    """
    named = [folders] if isinstance(folders, str | os.PathLike) else folders
    material = gather(map(Path, named), include_simulated=include_simulated)
    return audited(material.exchanges, material.guesses, material.left_out, seed=seed)


def audited(
    exchanges: Sequence[Exchange],
    guesses: Sequence[Guess] = (),
    left_out: Mapping[str, int] | None = None,
    *,
    seed: int = 0,
    names: Sequence[Name] = ("slot", "pair", *_CUES),
) -> Report:
    """The same of turns that are in memory; of `names` only."""
    people = {exchange.participant for exchange in exchanges} - {None}
    grouped_by: Literal["participant", "battle"] = (
        "participant" if len(people) >= FOLDS else "battle"
    )
    groups = numbered([_group(exchange, grouped_by) for exchange in exchanges])
    measures: Mapping[Name, Callable[[], Score | str]] = {
        "slot": partial(_slot, exchanges, groups, seed),
        "pair": partial(_pair, exchanges, groups, seed),
        **{name: partial(_system, exchanges, groups, *cue, seed) for name, cue in _CUES.items()},
    }
    few = f"It takes {FEWEST} turns whose answers were shown; there are {len(exchanges)}."
    enough = len(exchanges) >= FEWEST
    figures = [_figure(name, measures[name]() if enough else few) for name in names]
    return Report(
        n_battles=len({exchange.battle for exchange in exchanges}),
        n_turns=len(exchanges),
        n_participants=len(people),
        systems=tuple(sorted({side.system for e in exchanges for side in (e.a, e.b)})),
        grouped_by=grouped_by,
        figures=(*figures, _figure("guess", _guessed(guesses))),
        n_unknown=sum(guess.right is None for guess in guesses),
        left_out=left_out or {},
    )


def _figure(name: Name, found: Score | str) -> Figure:
    return Figure(name, None, found) if isinstance(found, str) else Figure(name, found)


def _group(exchange: Exchange | Guess, grouped_by: str) -> str:
    """A battle without a participant is nobody else's."""
    person = exchange.participant if grouped_by == "participant" else None
    return f"battle {exchange.battle}" if person is None else f"person {person}"


def _slot(exchanges: Sequence[Exchange], groups: Ints, seed: int) -> Score:
    rows = [
        (own, own - other, e.wait_ms, e.cadence_per_s)
        for e, (a, b) in ((e, _seen(e.a.onset_ms, e.b.onset_ms)) for e in exchanges)
        for own, other in ((a, b), (b, a))
    ]
    systems, both = _sides(exchanges, groups)
    scores = tried(np.array(rows), systems, both, int(systems.max()) + 1, seed)
    a, b = systems[::2], systems[1::2]
    turn = np.arange(len(exchanges))
    left, right = scores[::2], scores[1::2]
    for_truth = left[turn, a] + right[turn, b] - left[turn, b] - right[turn, a]
    hits = np.where(np.abs(for_truth) < _NOTHING, 0.5, for_truth > 0)
    return score(hits, np.full(len(hits), 0.5), groups, 2)


def _seen(a_ms: float, b_ms: float) -> tuple[float, float]:
    """When two onsets are seen."""
    first = min(a_ms, b_ms)
    return (first, first) if abs(a_ms - b_ms) < FRAME_MS else (a_ms, b_ms)


def _pair(exchanges: Sequence[Exchange], groups: Ints, seed: int) -> Score | str:
    pairs = numbered(["|".join(sorted((e.a.system, e.b.system))) for e in exchanges])
    n_pairs = int(pairs.max()) + 1
    if n_pairs == 1:
        return "Only one pair was compared."
    rows = np.array([(e.wait_ms, e.cadence_per_s) for e in exchanges])
    scores = tried(rows, pairs, groups, n_pairs, seed)
    return _named(scores, pairs, groups)


def _system(
    exchanges: Sequence[Exchange], groups: Ints, made: Measure, parts: int, seed: int
) -> Score:
    rows = np.array([made(side.text) for e in exchanges for side in (e.a, e.b)], dtype=np.float64)
    systems, both = _sides(exchanges, groups)
    scores = tried(rows, systems, both, int(systems.max()) + 1, seed, parts=parts)
    return _named(scores, systems, both)


def _sides(exchanges: Sequence[Exchange], groups: Ints) -> tuple[Ints, Ints]:
    """Systems and groups of all answers, a and b of each turn by turns."""
    sides = [side.system for e in exchanges for side in (e.a, e.b)]
    return numbered(sides), np.repeat(groups, 2)


def _named(scores: Floats, truth: Ints, groups: Ints) -> Score:
    """Against the commonest class of all rows, which whoever sees nothing would always name.

    The commonest of each training part is less: where classes are as balanced as a design makes
    them, what is commoner in four parts is rarer in the fifth.
    """
    right = (scores.argmax(axis=1) == truth).astype(np.float64)
    chance = (truth == np.bincount(truth).argmax()).astype(np.float64)
    return score(right, chance, groups, scores.shape[1])


def _guessed(guesses: Sequence[Guess]) -> Score | str:
    """Chance is one of the choices that were offered."""
    told = [guess for guess in guesses if guess.right is not None]
    if not told:
        return "Nobody named one." if guesses else "Nobody was asked."
    grouped_by = "participant" if len({guess.participant for guess in told}) > 1 else "battle"
    groups = numbered([_group(guess, grouped_by) for guess in told])
    right = np.array([float(bool(guess.right)) for guess in told])
    chance = np.array([1 / guess.n_choices for guess in told])
    return score(right, chance, groups, max(guess.n_choices for guess in told))
