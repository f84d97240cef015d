"""What time gives away of systems of very different speed: the leak meter, fed with exports of
battles that the program itself waited for and showed, without a minimum wait and with one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ranker.audit import Report
from ranker.audit.report import Name, percent
from tests.helpers.timed_battles import MINIMUM_WAIT_MS, SYSTEMS, audited
from tests.performance.figure import Figure

BATTLES = 2_000
POINTS = 3
_ASKED: tuple[tuple[Name, str], ...] = (
    ("slot", "which side"),
    ("pair", "which pair"),
    ("kind", "one system or two"),
)


def run() -> list[Figure]:
    """Some 15 minutes."""
    return [*_figures(BATTLES, 0), *_figures(BATTLES, MINIMUM_WAIT_MS)]


def _figures(battles: int, minimum_wait_ms: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        report = audited(Path(folder), battles, minimum_wait_ms=minimum_wait_ms)
    least = f"minimum wait {minimum_wait_ms} ms" if minimum_wait_ms else "no minimum wait"
    for name, what in _ASKED:
        hidden = name == "slot" or (name == "pair" and minimum_wait_ms > 0)
        yield _figure(report, name, f"{least}: {what}, from chance", hidden)


def _figure(report: Report, name: Name, called: str, hidden: bool) -> Figure:
    score = report.figure(name).score
    assert score is not None, report.figure(name).why_not
    delays = ", ".join(f"{script['delay_ms']}" for script in SYSTEMS.values())
    note = (
        f"{percent(score.accuracy)} named rightly, {percent(score.low)} – {percent(score.high)}, "
        f"chance {percent(score.chance)}; of {score.n:,}, systems of {delays} ms"
    )
    points = 100 * abs(score.accuracy - score.chance)
    return Figure(called, points, "points", f"≤ {POINTS} points" if hidden else "", "", note)
