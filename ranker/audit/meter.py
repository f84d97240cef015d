"""How well what was shown names the system that answered: a classifier's figure for each cue.

**Which slot holds which system, given the pair**, from what the window showed in time, is learned
by system: how does an answer of X appear, early or late, before the other or after it? Of two
answers of X and Y, that order is named whose two sides fit better. How often X stood left cannot
help, so chance is a half exactly, and everything that is known of X helps in all its pairs.

**One system or two**, from the wait that both share: one system in both slots is asked twice, and
needs twice as long, or once, and needs less. Of such a turn and a turn of two systems that order is
named which fits better, each against all others that were tried beside it (the area under the ROC
curve: D. Bamber, 1975). So chance is a half here too, however few such turns there are.

**Which pair it is**, from the wait, and **which system**, from an answer's length,
marks, language and words, are measured against always naming the commonest one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from ranker.audit import language, style
from ranker.audit.columns import PARTS
from ranker.audit.doubts import FEWEST, doubts, notices, too_few
from ranker.audit.folds import FOLDS, folds, numbered, tried
from ranker.audit.material import Exchange, Guess, gather
from ranker.audit.report import Figure, Name, Report
from ranker.audit.score import Score, score
from ranker.audit.vocabulary import vocabulary
from ranker.fit import Floats
from ranker.table import Ints

_NOTHING = 1e-9
"""Log odds that are no more than rounding."""
FRAME_MS = 1000 / 60
"""In records that hold a time for each card, and not that of a pass of painting, two cards that one
frame shows have two times, and how far those lie apart says whose text it is. So there, and in no
other records, what is less than a frame apart counts as seen at once."""

Measure = Callable[[str], Sequence[float] | Floats]
_OF_TEXTS: Mapping[Name, tuple[Measure, int]] = {
    "length": (style.length, PARTS),
    "format": (style.marks, PARTS),
    "vocabulary": (vocabulary, 1),
}
"""Of one answer: its features, and into how many parts each is cut."""
NAMES: tuple[Name, ...] = ("slot", "kind", "pair", "length", "format", "language", "vocabulary")
_KNOWN: Mapping[Name, Callable[[Exchange], bool]] = {
    "slot": lambda e: math.isfinite(e.a.onset_ms) and math.isfinite(e.b.onset_ms),
    "pair": lambda e: math.isfinite(e.wait_ms),
    "kind": lambda e: math.isfinite(e.wait_ms),
}
"""Whether a turn holds what a figure is made of; for all others, both texts."""


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
    paths = [*map(Path, named)]
    material = gather(paths, include_simulated=include_simulated)
    report = audited(
        material.exchanges, material.guesses, material.left_out, alone=material.alone, seed=seed
    )
    said, states = doubts(paths)
    noticed = notices(material, report.grouped_by)
    return replace(report, doubts=said, notices=noticed, states=states)


def audited(
    exchanges: Sequence[Exchange],
    guesses: Sequence[Guess] = (),
    left_out: Mapping[str, int] | None = None,
    *,
    alone: Sequence[Exchange] = (),
    seed: int = 0,
    names: Sequence[Name] = NAMES,
) -> Report:
    """The same of turns that are in memory; of `names` only. `alone`: of one system in both slots,
    which are in no figure but that of the kind."""
    people = {exchange.participant for exchange in exchanges} - {None}
    grouped_by: Literal["participant", "battle"] = (
        "participant" if len(people) >= FOLDS else "battle"
    )
    measures: Mapping[Name, Callable[[Sequence[Exchange], Ints, int], Score | str]] = {
        "slot": _slot,
        "kind": partial(_kind, {e.battle for e in alone}),
        "pair": _pair,
        "language": _by_language,
        **{name: partial(_by_text, *cue) for name, cue in _OF_TEXTS.items()},
    }
    figures = []
    for name in names:
        turns = [*alone, *exchanges] if name == "kind" else exchanges
        usable = [e for e in turns if _KNOWN.get(name, _has_texts)(e)]
        missing = len(turns) - len(usable)
        if len(usable) < FEWEST:
            figures.append(Figure(name, None, too_few(name, len(turns), missing), missing))
        else:
            groups = numbered([_group(exchange, grouped_by) for exchange in usable])
            figures.append(_figure(name, measures[name](usable, groups, seed), missing))
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


def _figure(name: Name, found: Score | str, missing: int = 0) -> Figure:
    if isinstance(found, str):
        return Figure(name, None, found, missing)
    return Figure(name, found, "", missing)


def _has_texts(exchange: Exchange) -> bool:
    return exchange.a.text is not None and exchange.b.text is not None


def _group(exchange: Exchange | Guess, grouped_by: str) -> str:
    """A battle without a participant is nobody else's."""
    person = exchange.participant if grouped_by == "participant" else None
    return f"battle {exchange.battle}" if person is None else f"person {person}"


def _slot(exchanges: Sequence[Exchange], groups: Ints, seed: int) -> Score:
    rows = [
        (own, own - other, e.wait_ms, e.cadence_per_s)
        for e, (a, b) in ((e, _seen(e)) for e in exchanges)
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


def _seen(exchange: Exchange) -> tuple[float, float]:
    """When two onsets are seen."""
    a_ms, b_ms = exchange.a.onset_ms, exchange.b.onset_ms
    first = min(a_ms, b_ms)
    at_once = not exchange.by_pass and abs(a_ms - b_ms) < FRAME_MS
    return (first, first) if at_once else (a_ms, b_ms)


def _kind(
    alone: Container[str], exchanges: Sequence[Exchange], groups: Ints, seed: int
) -> Score | str:
    one = np.array([exchange.battle in alone for exchange in exchanges])
    fewest = min(n_one := int(one.sum()), n_two := len(one) - n_one)
    if fewest < FEWEST:
        return (
            f"It takes {FEWEST} turns of one system in both slots and as many of two; there are "
            f"{n_one} and {n_two}."
        )
    waits = np.array([[exchange.wait_ms] for exchange in exchanges])
    scores = tried(waits, one.astype(np.int64), groups, 2, seed)
    for_one = scores[:, 1] - scores[:, 0]
    right = np.full(len(one), 0.5)  # where a part holds no turn of two systems to tell it from
    for _, rows in folds(groups, seed):
        others = for_one[rows[~one[rows]]]
        for row in rows[one[rows]] if len(others) else ():
            ahead = for_one[row] - others
            right[row] = np.where(np.abs(ahead) < _NOTHING, 0.5, ahead > 0).mean()
    return score(right[one], np.full(n_one, 0.5), groups[one], 2)


def _pair(exchanges: Sequence[Exchange], groups: Ints, seed: int) -> Score | str:
    pairs = numbered(["|".join(sorted((e.a.system, e.b.system))) for e in exchanges])
    n_pairs = int(pairs.max()) + 1
    if n_pairs == 1:
        return "Only one pair was compared."
    rows = np.array([(e.wait_ms, e.cadence_per_s) for e in exchanges])
    scores = tried(rows, pairs, groups, n_pairs, seed)
    return _named(scores, pairs, groups)


def _by_text(
    made: Measure, parts: int, exchanges: Sequence[Exchange], groups: Ints, seed: int
) -> Score:
    rows = [made(side.text or "") for e in exchanges for side in (e.a, e.b)]
    return _system(rows, parts, exchanges, groups, seed)


def _by_language(exchanges: Sequence[Exchange], groups: Ints, seed: int) -> Score:
    """From the languages that were kept, where every answer has one: a trained detector named them.
    One method for all rows, or the method itself would tell exports apart."""
    sides = [side for e in exchanges for side in (e.a, e.b)]
    kept = sorted({side.language for side in sides if side.language is not None})
    if all(side.language is not None for side in sides):
        rows = [
            [*language.script_shares(side.text or ""), *(side.language == code for code in kept)]
            for side in sides
        ]
    else:
        rows = [[*language.features(side.text or "")] for side in sides]
    return _system(rows, PARTS, exchanges, groups, seed)


def _system(
    rows: Sequence[Sequence[float] | Floats],
    parts: int,
    exchanges: Sequence[Exchange],
    groups: Ints,
    seed: int,
) -> Score:
    systems, both = _sides(exchanges, groups)
    x = np.array(rows, dtype=np.float64)
    return _named(tried(x, systems, both, int(systems.max()) + 1, seed, parts=parts), systems, both)


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
    """Chance is one of the choices that were offered, or always naming the system that was asked
    about most often where that is more: not every design shows all equally often."""
    told = [guess for guess in guesses if guess.right is not None]
    if not told:
        return "Nobody named one." if guesses else "Nobody was asked."
    if len(told) < FEWEST:
        return f"It takes {FEWEST} guesses that name a system; there are {len(told)}."
    grouped_by = "participant" if len({guess.participant for guess in told}) > 1 else "battle"
    groups = numbered([_group(guess, grouped_by) for guess in told])
    right = np.array([float(bool(guess.right)) for guess in told])
    chance = np.array([1 / guess.n_choices for guess in told])
    truth = numbered([guess.truth for guess in told])
    commonest = (truth == np.bincount(truth).argmax()).astype(np.float64)
    if commonest.mean() > chance.mean():
        chance = commonest
    return score(right, chance, groups, max(guess.n_choices for guess in told))
