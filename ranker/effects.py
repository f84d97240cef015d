"""Slot, length, format and the rest as covariates: how much each moves a vote, all else equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ranker.collinear import mixed_up
from ranker.contexts import Context, InContext
from ranker.contextual import NoEffects, NoFiniteEffect, fit_contextual
from ranker.design import Design, design_of
from ranker.fit import Floats
from ranker.one_thread import on_one_thread
from ranker.verdict import count, listing

FEWEST = 50
"""Votes with everything known below which no effect is estimated."""

_DECIDES = "wherever it differs between the answers, it decides"


@dataclass(frozen=True, slots=True)
class Effect:
    """Log odds in favour of slot a for one unit; 0.04 are about one point of a hundred."""

    name: str
    unit: str
    """What one unit is, in words."""
    effect: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effects:
    effects: tuple[Effect, ...]
    adjusted: Mapping[str, tuple[float, float, float]]
    """Scores of the systems with all covariates equal, and their bounds: natural log, mean 0."""
    n_votes: int
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Covariate:
    unit: str
    value: Callable[[Context], float]
    """nan where it is not known."""
    centred: bool = False
    """Measured from its mean: what it says of the slot is said of an average vote."""


def _number(context: Context, key: str) -> float:
    value = context.get(key)
    return float(value) if isinstance(value, int | float) else math.nan


def _length(context: Context) -> float:
    a, b = (_number(context, f"characters_{slot}") for slot in "ab")
    return math.log2((a + 1) / (b + 1))


def _markdown(context: Context) -> float:
    return _number(context, "markdown_a") - _number(context, "markdown_b")


def _language(context: Context) -> float:
    said, a, b = (context.get(key) for key in ("language", "language_a", "language_b"))
    if None in (said, a, b) or "und" in (said, a, b):
        return math.nan
    return float(a == said) - float(b == said)


def _wait(context: Context) -> float:
    wait = _number(context, "wait_ms")
    return math.log2(max(wait, 1.0)) if math.isfinite(wait) else math.nan


COVARIATES: Mapping[str, _Covariate] = {
    "slot": _Covariate("standing in slot a", lambda _: 1.0),
    "length": _Covariate("being twice as long", _length),
    "format": _Covariate("having Markdown where the other has none", _markdown),
    "language": _Covariate("being in the language that was spoken, the other not", _language),
    "wait": _Covariate("standing in slot a after twice the wait", _wait, centred=True),
    "trial": _Covariate(
        "standing in slot a ten battles later", lambda c: _number(c, "trial") / 10, centred=True
    ),
}


@on_one_thread
def effects_of(
    battles: Sequence[InContext], names: Sequence[str] | None = None, confidence: float = 0.95
) -> Effects:
    """Estimate them together; `names` of `COVARIATES`, all that can be told unless said.

    A covariate that was asked for and cannot be told raises NoEffects; otherwise it is left out,
    with a notice that says why. A vote of which a covariate is not known is left out.
    """
    if not battles:
        raise NoEffects("There are no votes, so effects cannot be told.")
    asked = names is not None
    endless: list[str] = []
    while True:
        tried = [name for name in COVARIATES if name not in endless] if names is None else names
        x, kept, wanted, notices = _columns(battles, tried, asked=asked)
        design = design_of(_used(battles, kept))
        x, wanted, mixed = _told_apart(design, x, wanted, asked=asked)
        notices += mixed
        if not wanted:
            raise NoEffects(" ".join(_sentence(notice) for notice in notices))
        try:
            found = fit_contextual(design, x)
        except NoFiniteEffect as why:
            name = wanted[why.covariate]
            if asked or len(wanted) == 1:
                raise NoEffects(f"{name!r} has no finite effect: {_DECIDES}.") from None
            endless.append(name)
        else:
            break
    notices += [f"{name} is left out: it has no finite effect, as {_DECIDES}." for name in endless]
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    effects = tuple(
        Effect(name, COVARIATES[name].unit, g, se, g - z * se, g + z * se)
        for name, g, se in zip(wanted, found.gamma.tolist(), found.gamma_se.tolist(), strict=True)
    )
    adjusted = {
        name: (beta, beta - z * se, beta + z * se)
        for name, beta, se in zip(
            design.names, found.beta.tolist(), found.beta_se.tolist(), strict=True
        )
    }
    return Effects(effects, adjusted, len(x), tuple(notices))


def _used(battles: Sequence[InContext], kept: Floats) -> list[InContext]:
    used = [battle for battle, keep in zip(battles, kept, strict=True) if keep]
    if len(used) < FEWEST:
        raise NoEffects(
            f"{count(len(used), 'vote')} with everything known; {FEWEST} are needed for effects."
        )
    return used


def _told_apart(
    design: Design, x: Floats, wanted: list[str], *, asked: bool
) -> tuple[Floats, list[str], list[str]]:
    """Without the columns that stand for systems or other columns; and why."""
    notices = []
    for name, others in mixed_up(design, x, wanted).items():
        why = f"it cannot be told apart from {listing(others)}"
        if asked:
            raise NoEffects(f"{name!r} has no effect that could be told: {why}.")
        x = np.delete(x, wanted.index(name), axis=1)
        wanted = [one for one in wanted if one != name]
        notices.append(f"{name} is left out: {why}.")
    return x, wanted, notices


def _sentence(notice: str) -> str:
    return notice[:1].upper() + notice[1:]


def _columns(
    battles: Sequence[InContext], names: Sequence[str], asked: bool
) -> tuple[Floats, Floats, list[str], list[str]]:
    """Columns of the covariates that can be told, votes of which all are known, names, notices."""
    wanted = list(names)
    columns = {
        name: np.array([COVARIATES[name].value(one.context) for one in battles]) for name in wanted
    }
    notices = []
    for name in list(wanted):
        known = columns[name][np.isfinite(columns[name])]
        why = ""
        if len(known) < len(battles) / 2:
            why = f"it is known of {count(len(known), 'vote')} of {len(battles):,} only"
        elif name != "slot" and not np.ptp(known) > 0:
            why = "it is the same in every vote"
        if why and asked:
            raise NoEffects(f"{name!r} has no effect that could be told: {why}.")
        if why:
            wanted.remove(name)
            notices.append(f"{name} is left out: {why}.")
    kept = np.all([np.isfinite(columns[name]) for name in wanted], axis=0)
    x = np.stack([columns[name][kept] for name in wanted], axis=1)
    for k, name in enumerate(wanted):
        if COVARIATES[name].centred and len(x):
            x[:, k] -= x[:, k].mean()
    left_out = len(battles) - int(kept.sum())
    if left_out:
        notices.append(f"{count(left_out, 'vote')} left out: not all covariates are known.")
    return x, kept, wanted, notices
