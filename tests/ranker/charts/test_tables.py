"""The numbers of the charts, without any drawing."""

from __future__ import annotations

from dataclasses import replace

from ranker.charts.calendar import bars_of, span_of
from ranker.charts.tables import ChartTable, as_csv, tables_of, told
from ranker.circumstances import Circumstances
from tests.helpers.published import material_of, published_votes


def test_a_board_whose_circumstances_nobody_looked_at_has_the_tables_of_the_board() -> None:
    material = material_of(published_votes()[::20], bootstraps=60)
    names = [table.name for table in tables_of(material)]
    bare = replace(material, circumstances=Circumstances())
    assert [table.name for table in tables_of(bare)] == [
        name for name in names if name not in ("days", "coverage", "reasons")
    ]


def test_cells_for_people_are_short_and_never_say_none_of_what_is_there() -> None:
    values = [0.0, 1e-9, 0.12345, -0.5, float("inf"), float("-inf"), float("nan"), 1234, "a"]
    assert [told(value) for value in values] == [
        "0.000", "<0.001", "0.123", "−0.500", "∞", "−∞", "–", "1,234", "a",
    ]  # fmt: skip
    assert [told(value) for value in (1071.396, -100.04, 99.9996)] == [
        "1071.4",
        "−100.0",
        "100.000",
    ]


def test_a_spreadsheet_finds_no_formula() -> None:
    table = ChartTable("t", "T", ("a", "b"), (("=1+1", -1.5), ("@x", 2), ("plain", 3)))
    assert as_csv(table).splitlines() == ["a,b", "'=1+1,-1.5", "'@x,2", "plain,3"]
    assert as_csv(table, {"seed": 0}).splitlines()[0] == '# {"seed": 0}'


def test_a_span_is_of_days_with_votes_not_of_the_weeks_that_are_drawn() -> None:
    days = [("2026-01-01", 3), ("2026-04-28", 2), ("2026-05-01", 0), ("no clock", 9)]
    assert bars_of(days)[1][0] == ("2025-12-29", 3)
    assert span_of(days) == "2026-01-01 to 2026-04-28"
    assert span_of(days[:1]) == "2026-01-01"
    assert span_of(days[2:]) == ""
