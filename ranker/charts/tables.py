"""The numbers of every chart as rows: what a chart shows, unrounded, without drawing anything."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ranker.board import Distribution
from ranker.charts.calendar import bars_of
from ranker.charts.material import Material
from ranker.circumstances import KINDS
from ranker.scale import POINTS_400

Value = str | int | float

_TITLES = {
    "place": "#", "system": "System", "against": "Against", "score": "Score", "low": "from",
    "high": "to", "share": "Strength", "share_low": "from", "share_high": "to",
    "rank_low": "Best rank", "rank_high": "Worst rank", "best_in": "Best in", "votes": "Votes",
    "note": "Note", "points": "Points", "p": "P", "p_one_sided": "P one-sided",
    "p_family": "P of all", "wins": "Won", "ties": "Tied", "both_bad": "Both bad",
    "losses": "Lost", "from": "from", "to": "to", "resamples": "Resamples",
    "battles_of": "Battles of", "left_got": "Left got", "day": "Day", "week": "Week from",
    "month": "Month", "left": "Left", "right": "Right", "reason": "Reason", "kind": "Kind",
    "answers": "Answers",
    **{name + POINTS_400.suffix: title for name, title in (
        ("score", POINTS_400.title), ("low", "from"), ("high", "to"), ("from", "from"),
        ("to", "to"),
    )},
}  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ChartTable:
    name: str
    """Of a file, without its ending."""
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables_of(material: Material) -> tuple[ChartTable, ...]:
    """Those that have something to show, in the order in which they are read."""
    if not material.board.rows:
        return ()
    made = (make(material) for make in _ALL)
    return tuple(table for table in made if table is not None)


def leaderboard_table(material: Material) -> ChartTable:
    scale = material.scale
    header = (
        "place", "system", *map(scale.column, ("score", "low", "high")), "share", "share_low",
        "share_high", "rank_low", "rank_high", "best_in", "votes", "note",
    )  # fmt: skip
    rows = tuple(
        (
            number, material.call(row.system), scale.of(row.beta), scale.of(row.low),
            scale.of(row.high), row.share, row.share_low, row.share_high,
            *((row.rank_low, row.rank_high) if row.is_ranked else (math.nan, math.nan)),
            row.first_in, row.votes, row.note,
        )
        for number, row in enumerate(material.board.rows, 1)
    )  # fmt: skip
    return ChartTable("leaderboard", "Leaderboard", header, rows)


def pairs_table(material: Material) -> ChartTable:
    header = (
        "system", "against", "points", "low", "high", "p", "p_one_sided", "p_family", "wins",
        "ties", "both_bad", "losses", "note",
    )  # fmt: skip
    rows = tuple(
        (
            material.call(pair.first), material.call(pair.second), pair.points, pair.low, pair.high,
            pair.p, pair.p_one_sided, pair.p_family, pair.wins, pair.ties, pair.both_bad,
            pair.losses, pair.note,
        )
        for pair in material.board.pairs
    )  # fmt: skip
    return ChartTable("pairs", "Who beats whom", header, rows)


def distributions_table(material: Material) -> ChartTable | None:
    """Without numbers what has no finite score; None where no system has one in any resample."""
    board, scale = material.board, material.scale
    if not board.distributions:
        return None
    hills = {hill.system: hill for hill in board.distributions}
    rows: list[tuple[Value, ...]] = []
    for row in board.rows:
        name, hill = material.call(row.system), hills.get(row.system)
        bins = () if hill is None else _bins(hill)
        rows += [(name, scale.of(low), scale.of(high), n) for low, high, n in bins]
        without = board.bootstraps - sum(n for *_, n in bins)
        rows += [(name, math.nan, math.nan, without)] * (without > 0)
    header = ("system", *map(scale.column, ("from", "to")), "resamples")
    return ChartTable("distributions", "Scores over the resamples", header, tuple(rows))


def _bins(hill: Distribution) -> Sequence[tuple[float, float, int]]:
    """Edges and resamples of those in which something is."""
    start, width = hill.start, hill.width
    return [(start + k * width, start + (k + 1) * width, n) for k, n in enumerate(hill.counts) if n]


def slots_table(material: Material) -> ChartTable | None:
    """All votes first, then the battles of each system; None without votes."""
    if material.board.slot is None:
        return None
    by_system = dict(material.circumstances.slots)
    here = [row.system for row in material.board.rows if row.system in by_system]
    balances = [("All votes", material.board.slot)]
    balances += [(material.call(system), by_system[system]) for system in here]
    rows = tuple((label, one.points, one.low, one.high) for label, one in balances)
    return ChartTable("slots", "Left and right", ("battles_of", "left_got", "low", "high"), rows)


def days_table(material: Material) -> ChartTable | None:
    """By day, week or month, whichever is the finest that fits; None without dates."""
    unit, bars = bars_of(material.circumstances.days)
    return ChartTable("days", "Votes over time", (unit, "votes"), tuple(bars)) if bars else None


def coverage_table(material: Material) -> ChartTable | None:
    """None where nobody looked at who stood where."""
    votes = {(a, b): n for a, b, n in material.circumstances.ordered}
    if not votes:
        return None
    systems = [row.system for row in material.board.rows]
    rows = tuple(
        (material.call(a), material.call(b), votes.get((a, b), 0))
        for a in systems
        for b in systems
        if a != b
    )
    return ChartTable("coverage", "Who met whom", ("left", "right", "votes"), rows)


def reasons_table(material: Material) -> ChartTable | None:
    """None where nobody gave a reason."""
    by_system = {one.system: one for one in material.circumstances.reasons if one.judged}
    rows = tuple(
        (material.call(row.system), code, KINDS.get(code, "other"), n)
        for row in material.board.rows
        if row.system in by_system
        for code, n in by_system[row.system].counts
    )
    header = ("system", "reason", "kind", "answers")
    return ChartTable("reasons", "Reasons", header, rows) if rows else None


_ALL = (
    leaderboard_table, pairs_table, distributions_table, slots_table, days_table, coverage_table,
    reasons_table,
)  # fmt: skip


def as_csv(table: ChartTable, facts: Mapping[str, Any] | None = None) -> str:
    """A comment line with the `facts` if there are any, a header, rows. A text that a spreadsheet
    would take for a formula gets an apostrophe before it."""
    stream = io.StringIO()
    if facts is not None:
        stream.write(f"# {json.dumps(facts, sort_keys=True)}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows([_safe(value) for value in row] for row in table.rows)
    return stream.getvalue()


def titles_of(table: ChartTable) -> list[str]:
    """What the columns are called for people."""
    return [_TITLES.get(name, name) for name in table.header]


def told(value: Value) -> str:
    """A cell for people."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 0 < value < 0.0005:
        return "<0.001"
    places = 1 if abs(value) >= 100 else 3  # points of the 400 scale need no thousandths
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")  # minus nothing is nothing


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
