"""A board as one HTML file that holds everything it shows.

votes  →  `report_of`  →  Report  →  `page`  →  text of the file

No script, no address, nothing from anywhere else; names and notes are text and stay text.
"""

from __future__ import annotations

from collections.abc import Mapping

from ranker.charts import Chart, NoCharts, charts_of, tables_of
from ranker.charts.lettering import lettering
from ranker.report import sections
from ranker.report.beside_sections import beside_sections
from ranker.report.findings import Report, report_of
from ranker.report.html import Html, joined, tag
from ranker.report.style import STYLE

__all__ = ["Report", "page", "report_of"]

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
"""


def page(report: Report) -> str:
    """The whole file; the same for the same votes, settings and program."""
    material = report.material
    charts, problem = _charts(report)
    parts = [
        sections.opening(material),
        *sections.charts_and_tables(tables_of(material), charts, problem),
        sections.beside_the_numbers(material),
        *beside_sections(report.beside, material.board, material.scale),
        sections.exclusions(material),
        sections.how(material),
        sections.origin(material, lettering() if charts else ""),
    ]
    named = tag("title", sections.title(material))
    head = Html(f"{_HEAD}{named}<style>{STYLE}</style>\n</head>\n")
    return joined([head, tag("body", tag("main", *parts)), Html("</html>\n")])


def _charts(report: Report) -> tuple[Mapping[str, Chart], str]:
    """By name; none, and why, where they cannot be drawn."""
    try:
        return {chart.name: chart for chart in charts_of(report.material)}, ""
    except NoCharts as why:
        return {}, str(why)
