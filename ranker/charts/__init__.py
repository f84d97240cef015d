"""Charts of a board, each drawn once, with the numbers that it shows.

a board, its circumstances and sources  →  Material  →  tables  →  charts  →  SVG, PNG, CSV

matplotlib is imported when the first chart is laid out, and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    "chart_of",
    "charts_of",
    "marks",
    "tables_of",
    "told",
]

_ALL: Mapping[str, Callable[[Material], Chart | None]] = {
    "leaderboard": leaderboard,
    "pairs": pair_matrix,
    "distributions": distributions,
    "slots": slot_balance,
    "days": votes_by_day,
    "coverage": coverage,
    "reasons": reasons,
}
"""By the names of their tables, in the order in which they are read."""


def charts_of(material: Material) -> tuple[Chart, ...]:
    """Those that have something to show, none without votes. Raises NoCharts."""
    require_matplotlib()
    if not material.board.rows:
        return ()
    drawn = (draw(material) for draw in _ALL.values())
    return tuple(chart for chart in drawn if chart is not None)


def chart_of(material: Material, name: str) -> Chart:
    """The one whose table (`tables_of`) is called so. Raises NoCharts, KeyError."""
    require_matplotlib()
    chart = _ALL[name](material)
    if chart is None:
        raise KeyError(name)
    return chart
