"""Charts of a board, each drawn once, with the numbers that it shows.

a board, its circumstances and sources  →  Material  →  tables  →  charts  →  SVG, PNG, CSV

matplotlib is imported when the first chart is laid out, and not before.
"""

from __future__ import annotations

from ranker.charts.chart import Chart
from ranker.charts.coverage import coverage
from ranker.charts.days import votes_by_day
from ranker.charts.distributions import distributions
from ranker.charts.leaderboard import leaderboard
from ranker.charts.material import Material
from ranker.charts.pairs import marks, pair_matrix
from ranker.charts.reasons import reasons
from ranker.charts.render import NoCharts, require_matplotlib
from ranker.charts.slots import slot_balance
from ranker.charts.tables import ChartTable, as_csv, tables_of, told

__all__ = [
    "Chart",
    "ChartTable",
    "Material",
    "NoCharts",
    "as_csv",
    "charts_of",
    "marks",
    "tables_of",
    "told",
]

_ALL = (
    leaderboard, pair_matrix, distributions, slot_balance, votes_by_day, coverage, reasons,
)  # fmt: skip


def charts_of(material: Material) -> tuple[Chart, ...]:
    """Those that have something to show, none without votes. Raises NoCharts."""
    require_matplotlib()
    if not material.board.rows:
        return ()
    drawn = (draw(material) for draw in _ALL)
    return tuple(chart for chart in drawn if chart is not None)
