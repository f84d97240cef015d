"""The commands as somebody types them: exit codes, results on stdout, sentences on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_db.reader import open_reader
from resources import FOLDER

ROOT = Path(__file__).resolve().parents[2]
PARIS = FOLDER / "takes" / "01-knowledge.flac"
LIMIT_S = 240


def earshot(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run from another folder, as people do."""
    environment = {**os.environ, **env}
    environment.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        cwd="/",
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
        (["ask", PARIS, "--system", "nobody"], "There is no system called nobody."),
        (["ask", "/none.wav", "--system", "baseline-eliza"], "There is no recording at /none.wav."),
        (["ask", ROOT / "README.md", "--system", "baseline-eliza"], "cannot be read as audio"),
        (["export", "--to", "/none"], "There is no database"),
        (["rank", "/none"], "/none"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_ends_with_1(arguments, sentence):
    done = earshot(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["dance"], ["ask"], ["rank"], ["systems", "dance"]])
def test_what_is_typed_wrongly_ends_with_2(arguments):
    done = earshot(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")


def test_systems_are_listed_and_checked():
    listed = json.loads(earshot("systems", "list", "--json").stdout)
    assert [row["id"] for row in listed] == [
        "baseline-skills",
        "baseline-skills-open",
        "baseline-eliza",
    ]
    checked = earshot("systems", "check")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("ready") == 3


def test_the_demo_walks_the_whole_road_without_a_display(tmp_path: Path):
    out = tmp_path / "demo"
    done = earshot("demo", "--out", out, DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 0, done.stderr
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
    texts = {
        answer.text for battle in battles for turn in battle.turns for answer in (turn.a, turn.b)
    }
    assert "The capital of France is Paris." in texts
    board = json.loads((out / "leaderboard.json").read_text())
    assert (board["n_votes"], board["n_simulated"]) == (10, 10)
    ranked = earshot("rank", out / "export", "--json")
    assert json.loads(ranked.stdout)["n_votes"] == 0, "simulated votes count only when asked for"
    again = json.loads(earshot("rank", out / "export", "--json", "--simulated").stdout)
    assert again == board
    (out / "mine.txt").write_text("not yours")
    refused = earshot("demo", "--out", out)
    assert refused.returncode == 1
    assert "mine.txt" in refused.stderr
