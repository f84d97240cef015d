"""Charts of the page: their numbers at once, their drawings when asked for, their files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.errors import EarshotError
from desktop.pages.charts_desk import SHOWN, draw_one, save_chart, save_report, tables_state
from ranker import Vote
from ranker.report import Report, report_of

VOTES = [
    Vote("ada", "bo", ("model_a", "model_b", "model_a", "tie")[k % 4], participant=f"p{k}")
    for k in range(60)
]


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(VOTES, "Earshot 9", bootstraps=400)


def test_the_numbers_are_there_before_any_drawing(report: Report) -> None:
    state = tables_state(report)
    titles = [chart.title for chart in state.charts]
    assert titles == [
        "Leaderboard", "Who beats whom", "Scores over the resamples", "Left and right",
        "Who met whom",
    ]  # fmt: skip
    board = state.charts[0]
    assert board.header[:3] == ("#", "System", "Score")
    assert "Note" not in board.header
    assert board.numbers[:3] == (True, False, True)
    assert board.rows[0][:2] == ("1", "ada")
    assert all(chart.light == "" for chart in state.charts)
    hills = state.charts[2]
    assert len(hills.rows) <= SHOWN


def test_without_votes_there_is_nothing() -> None:
    assert tables_state(report_of([], "Earshot 9", bootstraps=60)).charts == ()


def test_where_nothing_can_be_drawn_it_says_why_and_numbers_can_be_saved(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    state = draw_one(report, tables_state(report), "pairs")
    assert state.undrawn.startswith("Charts are not drawn: matplotlib is not installed.")
    where = save_chart(report, "pairs", tmp_path / "pairs.csv")
    comment, header, row = where.read_text("utf-8").splitlines()
    assert report.material.sources[0].sha256 in comment
    assert header.startswith("system,against,points,")
    assert row.startswith("ada,bo,0.625,")


@pytest.mark.local
def test_one_is_drawn_and_the_others_are_not(report: Report) -> None:
    state = draw_one(report, tables_state(report), "pairs")
    assert [bool(chart.light) for chart in state.charts] == [False, True, False, False, False]
    drawn = state.charts[1]
    assert drawn.light.startswith("<svg ")
    assert drawn.light != drawn.dark
    assert drawn.alt.startswith("Matrix of 2 systems")


@pytest.mark.local
@pytest.mark.parametrize(
    ("name", "written", "begins"),
    [
        ("a.svg", "a.svg", b"<svg "),
        ("a", "a.svg", b"<svg "),
        ("a.b", "a.b.svg", b"<svg "),
        ("a.PNG", "a.PNG", b"\x89PNG"),
        ("a.csv", "a.csv", b"# {"),
    ],
)
def test_the_ending_says_what_it_becomes(
    report: Report, tmp_path: Path, name: str, written: str, begins: bytes
) -> None:
    where = save_chart(report, "leaderboard", tmp_path / name)
    assert where == tmp_path / written
    assert where.read_bytes().startswith(begins)


def test_what_cannot_be_written_is_a_sentence(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(EarshotError, match=r"x.csv was not written \(Is a directory\)"):
        save_chart(report, "pairs", tmp_path / "x.csv")
    with pytest.raises(EarshotError, match="was not written"):
        save_report(report, tmp_path / "no" / "report.html")
    assert save_report(report, tmp_path / "report").name == "report.html"
