"""`rank`: what it takes, where it writes, and the sentence for what cannot be asked."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.version import PROGRAM
from tests.helpers.ranker_exports import battle, write_export

QUICK = ("--bootstraps", "60")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    pairs = [("ada", "bo"), ("bo", "cy"), ("cy", "ada")]
    lines = [
        battle(k, a=pairs[k % 3][0], b=pairs[k % 3][1], choice=("a", "tie", "b", "a")[k % 4])
        for k in range(180)
    ]
    return write_export(tmp_path / "north", lines)


def rank(*arguments: object) -> int:
    return main(["rank", *map(str, arguments), *QUICK])


def test_a_table_for_spreadsheets_beside_the_words(export: Path, tmp_path: Path, capsys) -> None:
    assert rank(export, "--csv", tmp_path / "board.csv", "--scale", "400") == 0
    facts, header, *rows = (tmp_path / "board.csv").read_text("utf-8").splitlines()
    assert json.loads(facts.removeprefix("# "))["scale"] == "400"
    assert header.startswith("place,system,score_400,low_400,high_400,")
    assert len(rows) == 3
    said = capsys.readouterr()
    assert f"Written: {tmp_path / 'board.csv'}" in said.err
    assert f" {float(rows[0].split(',')[2]):.0f} " in said.out


def test_json_and_csv_say_what_it_takes_to_make_them_again(
    export: Path, tmp_path: Path, capsys
) -> None:
    assert rank(export, "--csv", tmp_path / "board.csv", "--json", "--simulated") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    raw = (export / "battles.jsonl").read_bytes()
    assert facts["sources"][0]["sha256"] == hashlib.sha256(raw).hexdigest()
    assert (facts["program"], facts["simulated"]) == (PROGRAM, True)
    first, header, *_ = (tmp_path / "board.csv").read_text("utf-8").splitlines()
    assert json.loads(first.removeprefix("# ")) == facts
    assert header.startswith("place,system,score,low,high,")


def test_a_prior_makes_every_score_finite_and_says_so(tmp_path: Path, capsys) -> None:
    """The slices too."""
    folder = write_export(tmp_path / "north", [battle(k, choice="a") for k in range(60)])
    assert rank(folder, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["beta"] == "inf"
    assert rank(folder, "--prior", "0.5", "--by", "station", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    for board in (values, values["slices"]["boards"]["north"]):
        assert 0 < board["rows"][0]["beta"] < 9
        assert board["notices"][0].startswith("With a prior: every system has won 0.5 games")
    assert values["facts"]["prior"] == 0.5


def test_what_was_asked_for_stands_beside_the_board(export: Path, capsys) -> None:
    wishes = ("--by", "station", "--ties", "rao-kupper", "--adjust", "--weigh", "propensity")
    assert rank(export, *wishes, "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert set(values["slices"]["boards"]) == {"north"}
    assert values["ties"]["rule"] == "rao-kupper"
    assert values["effects"]["effects"][0]["name"] == "slot"
    assert "problem" in values["weighted"]
    assert rank(export, *wishes) == 0
    assert "Rao and Kupper" in capsys.readouterr().out


def test_a_column_that_no_vote_has_is_said_in_its_place_and_the_rest_goes_on(
    export: Path, tmp_path: Path, capsys
) -> None:
    assert rank(export, "--by", "language", "--html", tmp_path / "report.html") == 0
    said = capsys.readouterr().out
    assert "Slices: No vote has 'language'. There are: day, participant, station, study." in said
    assert "Rank  System" in said
    assert "No vote has &#x27;language&#x27;" in (tmp_path / "report.html").read_text("utf-8")
    assert rank(export, "--by", "language", "--json") == 0
    assert set(json.loads(capsys.readouterr().out)["slices"]) == {"problem"}


def test_the_report_is_written_where_it_was_asked_for(
    export: Path, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert rank(export, "--html", tmp_path / "report.html") == 0
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert "Written: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--by", "topic", "--labels", "{two}"), 2, "says two things of participant 'p1': leave"),
        (("--labels", "x.csv"), 2, "--labels has columns, and --by says which of them. Give both."),
        (("--by", "topic", "--labels", "nowhere.csv"), 2, "nowhere.csv cannot be read (No such"),
        (("--by", "topic", "--labels", "{odd}"), 2, "has no row, or no column battle_id or "),
        (("--by", "topic", "--labels", "{raw}"), 2, "is no CSV file in UTF-8 ("),
        (("--confidence", "0.999"), 2, "60 bootstraps are too few for a confidence of 0.999."),
        (("--csv", "{folder}"), 1, "cannot be written (Is a directory). Name a file"),
        (("--html", "{folder}/no/such.html"), 1, "cannot be written (No such file"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    arguments: tuple[str, ...], code: int, sentence: str, export: Path, tmp_path: Path, capsys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    (tmp_path / "raw.csv").write_bytes(b"battle_id,topic\n\xff\xfe,1\n")
    (tmp_path / "two.csv").write_text("participant,topic\np1,x\np1,y\n")
    places = {
        "two": tmp_path / "two.csv",
        "odd": tmp_path / "odd.csv",
        "raw": tmp_path / "raw.csv",
        "folder": tmp_path,
    }
    assert rank(export, *(one.format(**places) for one in arguments)) == code
    said = capsys.readouterr()
    assert sentence in said.err
    assert len([line for line in said.err.splitlines() if line]) == 1
    assert said.out == ""


def test_people_who_are_not_known_cannot_be_drawn_again(tmp_path: Path, capsys) -> None:
    folder = write_export(tmp_path / "north", [battle(k, participant=None) for k in range(20)])
    assert rank(folder, "--resample", "participant") == 2
    said = capsys.readouterr().err
    assert said == "Participants can be resampled only where at least two are known.\n"


@pytest.mark.local
def test_a_parquet_file_is_ranked_as_an_export_is(tmp_path: Path, capsys) -> None:
    duckdb = pytest.importorskip("duckdb")
    file = tmp_path / "votes.parquet"
    duckdb.sql(
        "SELECT 'ada' AS model_a, 'bo' AS model_b, x % 2 AS topic,"
        " CASE x % 3 WHEN 0 THEN 'model_a' ELSE 'model_b' END AS winner FROM range(120) t(x)"
    ).write_parquet(str(file))
    assert rank(file, "--by", "topic", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert values["n_votes"] == 120
    assert set(values["slices"]["boards"]) == {"0", "1"}


@pytest.mark.parametrize("games", ["-1", "inf", "nan", "some"])
def test_a_prior_is_a_number_of_games(games: str, export: Path, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        rank(export, f"--prior={games}")
    assert ended.value.code == 2
    assert "is not a number from 0" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["0", "1", "95", "nan", "some"])
def test_confidence_is_a_part(part: str, export: Path, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        rank(export, "--confidence", part)
    assert ended.value.code == 2
    assert "is not a number between 0 and 1" in capsys.readouterr().err
