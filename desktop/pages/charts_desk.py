"""The charts of the Results page: from what was counted to drawings, tables and files.

`draw_one`, `save_chart` and `save_report` run in a background thread.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import EarshotError
from ui.charts_state import ChartsState, ChartState

if TYPE_CHECKING:
    from ranker.charts import ChartTable
    from ranker.report import Report

SHOWN = 60
"""Rows of a table on the page; a distribution has hundreds."""
SUFFIXES = (".svg", ".png", ".csv")


def tables_state(report: Report) -> ChartsState:
    """What there is to draw, with its numbers; nothing is drawn yet."""
    from ranker.charts import tables_of

    return ChartsState(tuple(_undrawn(table) for table in tables_of(report.material)))


def draw_one(report: Report, state: ChartsState, name: str) -> ChartsState:
    """`state` with the chart called `name` drawn, or with the reason why none can be."""
    from ranker.charts import NoCharts, chart_of
    from ranker.charts.look import darkened

    try:
        chart = chart_of(report.material, name)
        light = chart.svg()
    except NoCharts as why:
        return replace(state, undrawn=str(why))
    charts = tuple(
        replace(one, alt=chart.alt, light=light, dark=darkened(light)) if one.name == name else one
        for one in state.charts
    )
    return replace(state, charts=charts, problem=None)


def save_chart(report: Report, name: str, path: Path) -> Path:
    """As SVG, PNG or CSV, by the ending of `path`; SVG where it has none of them.

    Returns where it lies. Raises EarshotError where it cannot be written, NoCharts.
    """
    from ranker.charts import as_csv, chart_of, tables_of

    if path.suffix.lower() not in SUFFIXES:
        path = path.with_name(f"{path.name}.svg")
    kind = path.suffix.lower()
    if kind == ".csv":
        table = next(one for one in tables_of(report.material) if one.name == name)
        content = as_csv(table, report.material.facts).encode()
    else:
        chart = chart_of(report.material, name)
        content = chart.png() if kind == ".png" else chart.svg().encode()
    _write(path, content)
    return path


def save_report(report: Report, path: Path) -> Path:
    """As HTML. Returns where it lies. Raises EarshotError where it cannot be written."""
    from ranker.report import page

    if path.suffix.lower() not in (".html", ".htm"):
        path = path.with_name(f"{path.name}.html")
    _write(path, page(report).encode())
    return path


def _undrawn(table: ChartTable) -> ChartState:
    from ranker.charts import told
    from ranker.charts.tables import titles_of

    rows = table.rows
    used = [k for k in range(len(table.header)) if any(row[k] != "" for row in rows)]
    titles = titles_of(table)
    return ChartState(
        name=table.name,
        title=table.title,
        header=tuple(titles[k] for k in used),
        rows=tuple(tuple(told(row[k]) for k in used) for row in rows[:SHOWN]),
        numbers=tuple(all(not isinstance(row[k], str) for row in rows) for k in used),
        left_out=max(len(rows) - SHOWN, 0),
    )


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise EarshotError(
            f"{path} was not written ({error.strerror}).", "Save it in another place."
        ) from error
