"""Simulated participants through the real state machine, workers and database."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

import ranker
from desktop.cli import main
from desktop.errors import EarshotError
from desktop.paths import Home
from desktop.session.study import EVERYDAY, load_study
from desktop.session.study_turns import History, Turns
from desktop.simulation.study_run import PARTICIPANTS_A_STATION, simulate
from local_db.reader import open_reader

STUDY = load_study(EVERYDAY)
PLANTED = list(STUDY.systems)
"""Best first."""


def test_two_hundred_battles_end_and_give_the_planted_order(tmp_path: Path) -> None:
    came = simulate(STUDY, 20, tmp_path / "out")
    where = came.conservation
    assert (where.started, where.voted) == (200, 200)
    assert where.holds
    assert came.order_recovered
    assert [row.system for row in came.board.rows] == PLANTED
    assert came.board.n_simulated == came.board.n_votes == 200
    assert came.widest_spread <= 1
    for a, b in combinations(PLANTED, 2):
        assert abs(came.pairs[a, b] - came.pairs[b, a]) <= 1
    (export,) = came.exports
    lines = [json.loads(line) for line in (export / "battles.jsonl").read_text().splitlines()]
    assert all(line["simulated"] for line in lines)
    assert ranker.rank(export).n_votes == 0, "nobody counts them as people's votes by mistake"
    with open_reader(Home(tmp_path / "out" / "station-1").database) as reader:
        assert reader.verify_chain().ok


def test_the_same_seed_gives_the_same_votes(tmp_path: Path) -> None:
    one, again, other = (
        simulate(STUDY, 1, tmp_path / name, seed=seed)
        for name, seed in (("one", 5), ("again", 5), ("other", 6))
    )
    assert one.board.rows == again.board.rows
    assert one.pairs == again.pairs
    assert one.board.rows != other.board.rows


@pytest.mark.parametrize("history", History)
def test_battles_of_several_turns_are_simulated(tmp_path: Path, history: History) -> None:
    came = simulate(replace(STUDY, turns=Turns(3, history)), 1, tmp_path / "out")
    assert came.conservation.voted == 10
    with open_reader(Home(tmp_path / "out" / "station-1").database) as reader:
        battles = reader.battles()
    assert {len(battle.turns) for battle in battles} > {1, 2}
    told = {turn.history for battle in battles for turn in battle.turns if turn.ordinal > 1}
    assert told <= ({"separate"} if history is History.SEPARATE else {"a", "b"})
    assert all(turn.shown for battle in battles for turn in battle.turns)


def test_it_writes_into_no_folder_of_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(EarshotError, match="not empty"):
        simulate(STUDY, 1, tmp_path)


def test_the_command_says_what_came_of_it(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    asked = ["study", "simulate", str(EVERYDAY), "--participants", "1", "--out", str(out)]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["simulated"] is True
    assert told["conservation"]["voted"] == 10
    assert set(told["truth"]) == set(PLANTED)
    assert Path(told["exports"][0], "battles.jsonl").is_file()


def test_a_study_is_checked(tmp_path: Path, capsys) -> None:
    assert main(["study", "--home", str(tmp_path), "check", str(EVERYDAY)]) == 0
    assert "can be used: 3 systems, 3 pairs, 10 votes a session" in capsys.readouterr().out
    unknown = tmp_path / "study.toml"
    unknown.write_text(EVERYDAY.read_text().replace("baseline-eliza", "baseline-nobody"))
    assert main(["study", "--home", str(tmp_path), "check", str(unknown)]) == 1
    assert "baseline-nobody, which this station does not know" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "minimum_ms", "noted"),
    [
        ("same_system", 0, True),
        ("same_text", 0, True),
        ("same_system", 9_000, False),
        ("", 0, False),
    ],
)
def test_battles_that_show_by_their_wait_are_noted(
    tmp_path: Path, capsys, kind: str, minimum_ms: int, noted: bool
) -> None:
    study = tmp_path / "study.toml"
    design = f"[design]\n{kind} = 1\n" if kind else ""
    study.write_text(f"{EVERYDAY.read_text()}\n{design}[show]\nminimum_wait_ms = {minimum_ms}\n")
    assert main(["study", "--home", str(tmp_path), "check", str(study)]) == 0
    assert ("can be told by their wait" in capsys.readouterr().out) is noted


@pytest.mark.full
def test_five_thousand_battles(tmp_path: Path) -> None:
    """Quotas, the planted order, and intervals that hold the truth as often as they say."""
    came = simulate(STUDY, 500, tmp_path / "out")
    assert came.conservation.voted == came.conservation.started == 5_000
    assert came.widest_spread <= 1
    assert came.order_recovered
    assert came.covered == len(PLANTED)
    assert came.seconds < 300
    boards = [ranker.rank(export, include_simulated=True) for export in came.exports]
    assert len(boards) == 500 // PARTICIPANTS_A_STATION
    held = [row.low <= came.truth[row.system] <= row.high for board in boards for row in board.rows]
    # Of 60 independent intervals at 95 %, fewer than 51 hold the truth once in 1,355 runs; the
    # three of a board depend on each other, and if only because they sum to 0: then once in 400.
    assert sum(held) >= 51


@pytest.mark.local  # for its time; the plan of a session is tested by itself
def test_a_study_of_more_systems_is_balanced_within_every_station(tmp_path: Path) -> None:
    five = replace(STUDY, systems=("v", "w", "x", "y", "z"))
    came = simulate(five, 2, tmp_path / "out")
    assert came.conservation.voted == 20
    assert came.widest_spread <= 1
