"""The commands as somebody types them: exit codes, results on stdout, sentences on stderr."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from local_db.opening import create
from local_db.reader import open_reader
from resources import FOLDER

ROOT = Path(__file__).resolve().parents[3]
PARIS = FOLDER / "takes" / "01-knowledge.flac"
LIMIT_S = 240


def earshot(
    *arguments: str | Path, through: Sequence[str] = (), **env: str
) -> subprocess.CompletedProcess[str]:
    """Run from another folder, as people do: the test's own, in which there is nothing.

    `through` is a command that runs the one it is given.
    """
    environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"} | env
    return subprocess.run(
        [*through, sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        cwd=Path(os.environ["EARSHOT_HOME"]).parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_ask_answers_on_stdout():
    done = earshot("ask", PARIS, "--system", "baseline-skills")
    assert (done.returncode, done.stdout) == (0, "The capital of France is Paris.\n")


def test_ask_tells_programs_what_served_and_how_long_it_took():
    done = earshot("ask", PARIS, "--system", "baseline-skills", "--json")
    answer = json.loads(done.stdout)
    assert answer["text"] == "The capital of France is Paris."
    assert answer["timings"]["engine_ms"] > 0
    assert answer["served_version"]
    assert {h["name"] for h in answer["transcription"]["hypotheses"]} == {"skills", "dictation"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ask", ROOT / "README.md", "--system", "baseline-eliza"], "cannot be read as audio"),
        (["export", "--to", "none"], "There is no database"),
        (["rank", "none"], "none"),
        (["audit"], "There is no database"),
        (["voters", "none"], "none"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_ends_with_1(arguments, sentence):
    done = earshot(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["ask", PARIS, "--system", "nobody"],
            "There is no system called nobody, and nothing at that path.",
        ),
        (["ask", "none.wav", "--system", "baseline-eliza"], "There is no recording at none.wav."),
        (
            ["ask", PARIS, "--system", "baseline-eliza", "--model", "x"],
            "--model says nothing of baseline-eliza: leave it out.",
        ),
        (["demo", "--out", PARIS], f"{PARIS} is a file."),
    ],
)
def test_what_names_something_unusable_is_said_in_a_sentence_and_ends_with_2(arguments, sentence):
    done = earshot(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("blocked", ["a file", "in the way"])
def test_a_demo_that_cannot_begin_does_not_say_that_it_does(tmp_path: Path, blocked: str):
    out = tmp_path / "out"
    if blocked == "a file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    done = earshot("demo", "--out", out)
    assert done.returncode == 2
    assert done.stderr.startswith(str(out))


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["--home", "x", "demo", "--out", "none/x"], "--home"),
        (["--study", "x", "export", "--to", "none/x"], "--study"),
        (["--microphone", "x", "demo", "--out", "none/x"], "--microphone"),
        (["--colours", "dark", "rank", "none/x"], "--colours"),
        (["--still", "rank", "none/x"], "--still"),
    ],
)
def test_a_flag_that_the_command_does_not_read_is_refused(arguments, flag):
    done = earshot(*arguments)
    assert done.returncode == 2
    assert f"does not read {flag}: leave it out" in done.stderr
    assert done.stdout == ""


def test_home_may_stand_before_a_command_that_reads_it(tmp_path: Path):
    done = earshot("--home", tmp_path / "none", "export", "--to", tmp_path / "out")
    assert done.returncode == 1
    assert f"There is no database at {tmp_path / 'none' / 'earshot.db'}" in done.stderr


def test_ask_says_in_a_sentence_what_an_engine_could_not_do():
    done = earshot("ask", PARIS, "--system", "baseline-eliza", "--time-limit", "0.001")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2, done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is an empty file"),
        (b"minutes of the last meeting\n" * 40, "not an Earshot database"),
        (None, "was written by a newer Earshot"),
    ],
)
@pytest.mark.parametrize("command", ["window", "export"])
@pytest.mark.tampers
def test_a_database_that_is_not_ours_is_named_and_not_touched(
    tmp_path: Path, command: str, content: bytes | None, sentence: str
):
    database = tmp_path / "home" / "earshot.db"
    database.parent.mkdir()
    if content is None:
        newer_database(database)
    else:
        database.write_bytes(content)
    before = database.read_bytes()
    arguments = [] if command == "window" else ["export", "--to", str(tmp_path / "out")]
    done = earshot(*arguments, "--home", database.parent, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before


def newer_database(path: Path) -> None:
    create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")


@pytest.mark.parametrize("place", ["/etc/passwd", "/dev/null/home"])
def test_a_home_that_is_no_folder_is_named(place: str):
    done = earshot("--home", place, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 1
    assert place in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_never_replaces_what_is_not_a_demo(tmp_path: Path):
    kept = tmp_path / "results" / "export" / "battles.jsonl"
    kept.parent.mkdir(parents=True)
    kept.write_text("votes")
    done = earshot("demo", "--out", tmp_path / "results")
    assert done.returncode == 2
    assert kept.read_text() == "votes"


@pytest.mark.parametrize(
    "arguments",
    [["dance"], ["ask"], ["rank"], ["rank", "x", "--bootstraps", "0"], ["systems", "dance"]],
)
def test_what_is_typed_wrongly_ends_with_2(arguments):
    done = earshot(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")


def test_systems_are_listed_and_checked():
    listed = json.loads(earshot("systems", "list", "--json").stdout)
    baselines = ["baseline-skills", "baseline-skills-open", "baseline-eliza"]
    assert [row["id"] for row in listed][:3] == baselines
    assert {row["availability"] for row in listed} >= {"ready", "missing", "unavailable"}
    checked = earshot("systems", "check")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("  ready ") == 3
    alone = earshot("systems", "check", "pandagpt-7b")
    assert alone.returncode == 1, "what is asked for by name has to be ready"
    assert "docs/worker-protocol.md" in alone.stdout


@pytest.mark.serial  # it waits for its texts to be read
def test_the_demo_walks_the_whole_road_without_a_display(tmp_path: Path):
    out = tmp_path / "demo"
    done = earshot("demo", "--out", out, DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 0, done.stderr
    *_, screenshots, export, leaderboard = done.stdout.splitlines()
    assert screenshots.split() == ["Screenshots", str(out / "screenshots")]
    assert export.split() == ["Export", str(out / "export")]
    assert leaderboard.split() == ["Leaderboard", str(out / "leaderboard.txt")]
    assert done.stdout.startswith((out / "leaderboard.txt").read_text())
    pictures = {path.stem for path in (out / "screenshots").glob("*.png")}
    assert pictures == {
        "compare",
        "ready",
        "recording",
        "answers",
        "voted",
        "finished",
        "results",
        "systems",
    }
    with open_reader(out / "home" / "earshot.db") as reader:
        battles = reader.battles()
        assert reader.verify_chain().ok
    assert [battle.state for battle in battles] == ["voted"] * 10
    assert all(battle.simulated for battle in battles)
    (first,) = battles[0].turns  # the pictures show it, the same one every time
    assert (first.a.text, battles[0].b.label) == (
        "The capital of France is Paris.",
        "Baseline: ELIZA",
    )
    board = json.loads((out / "leaderboard.json").read_text())
    assert (board["n_votes"], board["n_simulated"]) == (10, 10)
    ranked = earshot("rank", out / "export", "--json")
    assert json.loads(ranked.stdout)["n_votes"] == 0, "simulated votes count only when asked for"
    again = json.loads(earshot("rank", out / "export", "--json", "--simulated").stdout)
    assert again["facts"]["simulated"]
    assert again == board
    (out / "mine.txt").write_text("not yours")
    refused = earshot("demo", "--out", out)
    assert refused.returncode == 2
    assert "mine.txt" in refused.stderr


def test_ctrl_c_ends_the_window_and_its_workers(tmp_path: Path):
    """The workers go with the window: `nothing_left_behind` looks."""
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--home", str(tmp_path / "home")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )
    logs = tmp_path / "home" / "logs"
    deadline = time.monotonic() + 60
    while not list(logs.glob("*.log")) and time.monotonic() < deadline:
        time.sleep(0.05)  # the window is another process: its files are all there is to see of it
    child.send_signal(signal.SIGINT)
    _, complaints = child.communicate(timeout=30)
    assert child.returncode == -signal.SIGINT
    assert "Traceback" not in complaints
