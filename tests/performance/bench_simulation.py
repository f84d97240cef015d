"""A study of 5,000 battles by simulated participants of known preferences, through the real state
machine, workers and database: how long it takes, and whether quotas, order and intervals are right.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import ranker
from desktop.session.study import EVERYDAY, load_study
from desktop.simulation.study_run import simulate
from tests.performance.figure import Figure

PARTICIPANTS = 500
LONGEST_S = 300


def run() -> list[Figure]:
    """Some two minutes on two cores."""
    with tempfile.TemporaryDirectory() as folder:
        came = simulate(load_study(EVERYDAY), PARTICIPANTS, Path(folder) / "out")
        boards = [ranker.rank(export, include_simulated=True) for export in came.exports]
    systems = sorted(came.truth, key=lambda name: -came.truth[name])
    placed = sum(row.system == name for row, name in zip(came.board.rows, systems, strict=True))
    held = [row.low <= came.truth[row.system] <= row.high for board in boards for row in board.rows]
    of = f"of {len(systems)}"
    note = f"{came.conservation.voted:,} of {came.conservation.started:,} battles voted"
    alone = f"of {len(held)}"
    return [
        Figure("5,000 simulated battles", came.seconds, "s", f"≤ {LONGEST_S} s", "", note),
        Figure("spread of the votes of pairs in a station", came.widest_spread, "", "≤ 1", ""),
        Figure("systems in their planted place", placed, of, f"≥ {len(systems)}", ""),
        Figure(
            "95 % intervals that hold the truth",
            came.covered,
            of,
            f"≥ {len(systems)}",
            "",
            "no evidence of a rate",
        ),
        Figure(
            "the same, each station alone",
            sum(held),
            alone,
            f"≥ {len(held) * 17 // 20}",
            "",
            f"{len(boards)} stations; fewer once in some 400 runs",
        ),
    ]
