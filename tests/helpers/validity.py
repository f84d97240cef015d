"""The figures of docs/validity.md that the program prints (cog calls these)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ranker.audit.material import Exchange
from ranker.audit.meter import audited
from ranker.audit.report import Name, percent
from ranker.audit.score import Score
from tests.helpers.identity_set import Part, own_rule, sentences, substring_rule, wrong
from tests.helpers.leaks import same_instant, sequential

RESULTS = Path(__file__).parents[2] / "docs" / "performance.md"
BATTLES = 2_000
MINIMUM_WAIT_MS = 15_000
SEED = 20


def leaks() -> str:
    """What the timing of three ways to show answers names, as a Markdown table: made-up turns."""
    rows = [
        ("generated: sequential, seven systems", "which side", sequential(BATTLES, _rng()), "slot"),
        ("generated: same instant", "which side", same_instant(BATTLES, _rng()), "slot"),
        ("generated: same instant", "which pair", same_instant(BATTLES, _rng()), "pair"),
        (
            f"generated: same instant, minimum wait {MINIMUM_WAIT_MS / 1000:g} s",
            "which pair",
            same_instant(BATTLES, _rng(), minimum_wait_ms=MINIMUM_WAIT_MS),
            "pair",
        ),
    ]  # type: list[tuple[str, str, list[Exchange], Name]]
    table = "| answers appear | named | rightly | 99 % interval | chance |\n|---|---|---|---|---|\n"
    for shown, what, exchanges, name in rows:
        score = measured(exchanges, name)
        interval = f"{percent(score.low)} – {percent(score.high)}"
        figures = f"{percent(score.accuracy)} | {interval} | {percent(score.chance)}"
        table += f"| {shown} | {what} | {figures} |\n"
    return table


def measured(exchanges: list[Exchange], name: Name) -> Score:
    score = audited(exchanges, names=[name]).figure(name).score
    assert score is not None
    return score


def bench(name: str, *, notes: bool = False) -> str:
    """What a bench measured, as it stands on the results page, and on what machine.

    Raises ValueError where the page has no such section.
    """
    page = RESULTS.read_text(encoding="utf-8")
    _, found, after = page.partition(f"\n## {name.capitalize()}\n")
    if not found:
        raise ValueError(f"{RESULTS.name} has no section on {name}: run `make bench`")
    section = after.partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    shown = [[*row[:3], row[5]] if notes else row[:3] for row in rows]
    table = "".join(f"| {' | '.join(row)} |\n" for row in shown)
    facts = dict(re.findall(r"(?m)^- (Processor|System|Day): (.+)$", page))
    (taken,) = re.findall(r"(?m)^Took .+$", section)
    return f"{table}\n{facts['Processor']}, {facts['System']}, {facts['Day']}. {taken}\n"


def identity() -> str:
    """False alarms and misses of both rules, as a Markdown table."""
    table = "| sentences | rule | false alarms | missed |\n|---|---|---|---|\n"
    return table + "".join(f"| {' | '.join(row)} |\n" for row in _identity_rows())


def _identity_rows() -> Iterator[tuple[str, ...]]:
    parts: tuple[tuple[Part, str], ...] = (("seen", "seen"), ("unseen", "not seen"))
    for part, called in parts:
        tells = sum(sentence.tells for sentence in sentences(part))
        tells_not = sum(not sentence.tells for sentence in sentences(part))
        for name, rule in (("substrings", substring_rule), ("Earshot", own_rule)):
            alarms, missed = wrong(part, rule)
            yield (
                called,
                name,
                f"{len(alarms)} of {tells_not} ({percent(len(alarms) / tells_not)})",
                f"{len(missed)} of {tells} ({percent(len(missed) / tells)})",
            )


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)
