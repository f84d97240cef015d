"""What can be asked for beside the board, in values, words and JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ranker.beside import Wishes
from ranker.beside_text import render_beside
from ranker.charts.tables import as_csv, leaderboard_table
from ranker.report import page
from ranker.report.findings import Report, report_of
from ranker.scale import NATURAL, POINTS_400
from ranker.tie_scores import TieScores
from tests.helpers.ranker_exports import battle, write_export

EVERYTHING = Wishes(by="language", ties="davidson", adjust=True, weigh=True)


def export(folder: Path, n: int = 240, **more: Any) -> Path:
    """Three systems, ada ahead; two languages, one of them rare; every pair drawn as often."""
    pairs = [("ada", "bo"), ("bo", "cy"), ("cy", "ada")]
    lines = []
    for k in range(n):
        a, b = pairs[k % 3]
        better = "a" if (a == "ada") == (k % 5 > 0) else "b"
        known = {
            "language_said": "de" if k % 12 == 0 else "en",
            "characters_a": 100 + k * 37 % 211,
            "characters_b": 100 + k * 53 % 197,
            "wait_ms": 500.0 + k * 71 % 900,
            "trial": k % 10,
        }
        choice = "tie" if k % 7 == 0 else better
        lines.append(
            battle(k, a=a, b=b, choice=choice, covariates=known, draw={"probability": 1 / 6}) | more
        )
    return write_export(folder, lines)


def asked(folder: Path, wishes: Wishes = EVERYTHING, **more: Any) -> Report:
    return report_of([folder], "Earshot", wishes=wishes, whole=False, bootstraps=60, **more)


def told(found: Report) -> str:
    return render_beside(found.beside, found.material.board, found.material.scale)


def test_each_wish_is_a_block_with_its_doubts(tmp_path: Path) -> None:
    words = told(asked(export(tmp_path / "north")))
    assert "language en: 220 votes. " in words
    assert "language: Too few to rank: de (20 votes)." in words
    assert "an outcome of their own (Davidson)" in words
    assert "format is left out: it is known of 0 votes of 240 only." in words
    assert "240 votes, worth 240 evenly weighted ones" in words


def test_nobody_is_told_what_nobody_asked(tmp_path: Path) -> None:
    found = asked(export(tmp_path / "north"), Wishes())
    assert told(found) == ""
    assert found.beside.to_json() == {}


def test_what_cannot_be_told_says_why_and_stops_nothing(tmp_path: Path) -> None:
    lines = [battle(k, choice="a" if k % 3 else "b") for k in range(30)]
    found = asked(write_export(tmp_path / "north", lines), Wishes(ties="davidson", adjust=True))
    words = told(found)
    assert "Ties as information: There are no ties, so no model of ties is fitted." in words
    assert "Covariates: 30 votes with everything known; 50 are needed for effects." in words
    assert found.beside.to_json()["ties"] == {
        "problem": "There are no ties, so no model of ties is fitted."
    }


def test_the_json_is_strict_and_whole(tmp_path: Path) -> None:
    found = asked(export(tmp_path / "north"))
    values = json.loads(json.dumps(found.beside.to_json(), allow_nan=False))
    assert set(values) == {"slices", "ties", "effects", "weighted"}
    assert isinstance(found.beside.ties, TieScores)
    assert values["ties"]["scores"]["ada"][0] == found.beside.ties.scores["ada"][0]


def test_a_slice_may_have_fewer_people_than_all_of_them(tmp_path: Path) -> None:
    """All votes are resampled by participant; the slice of one participant cannot be."""
    folder = export(tmp_path / "north")
    wishes = Wishes(by="participant")
    found = asked(folder, wishes, resample="participant")
    assert found.material.board.resampled == "participant"
    assert "not known" not in told(found)


@pytest.mark.parametrize(
    ("beta", "natural", "points"),
    [
        (0.0, "0.00", "1000"),
        (-0.001, "0.00", "1000"),
        (-1.5, "−1.50", "739"),
        (2.302585, "2.30", "1400"),
    ],
)
def test_the_scale_changes_what_is_shown_and_nothing_else(
    beta: float, natural: str, points: str
) -> None:
    assert (NATURAL.text(beta), POINTS_400.text(beta)) == (natural, points)
    assert POINTS_400.text(float("-inf")) == "−∞"
    assert POINTS_400.text(float("nan")) == "–"


def test_points_stand_in_every_block(tmp_path: Path) -> None:
    folder = export(tmp_path / "north")
    plain, points = asked(folder), asked(folder, scale=POINTS_400)
    assert plain.material.board.rows == points.material.board.rows
    top = points.material.board.rows[0].beta
    assert told(points).count(POINTS_400.text(top)) >= 3


def test_who_cannot_be_placed_has_no_best_in_in_any_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    lines = [battle(k, choice="a" if k % 3 else "b") for k in range(60)]
    lines += [battle(100 + k, a="new") for k in range(3)]
    folder = write_export(tmp_path / "north", lines)
    found = report_of(folder, "Earshot", wishes=Wishes(by="station"), bootstraps=60)
    (new, *others) = found.material.board.to_json()["rows"]
    assert (new["system"], new["first_in"]) == ("new", None)
    assert all(row["first_in"] is not None for row in others)
    spreadsheet = as_csv(leaderboard_table(found.material)).splitlines()
    assert spreadsheet[1].split(",")[10] == "nan"
    assert "nan %" not in page(found) + told(found)
    assert "nobody knows where new stands among them" in told(found), "of the slice"
