"""`systems environment`: what would be fetched is shown, nothing is fetched unasked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desktop.getting.environment_desk import plan_lines, plan_of
from desktop.paths import Home, home
from engines.registry import engines_at
from tests.desktop.cli.test_cli import earshot
from tests.helpers.own_environments import write_engine

ROOT = Path(__file__).parents[3]


def test_the_plan_names_pins_size_and_place_and_fetches_nothing():
    done = earshot("systems", "environment", "qwen_audio_chat")
    assert done.returncode == 2
    assert done.stdout == ""
    for told in (
        "transformers==4.32.0",
        "torch==2.13.0",
        "Download: about ",
        "with CUDA",
        "are free",
    ):
        assert told in done.stderr
    assert f"Place: {home().environments}/qwen_audio_chat-" in done.stderr
    assert "Nothing was fetched. Say yes, or add --yes." in done.stderr
    assert not home().environments.exists()


def test_the_plan_for_programs():
    done = earshot("systems", "environment", "typhoon_audio", "--json")
    plan = json.loads(done.stdout)
    assert (done.returncode, plan["made"]) == (0, False)
    assert plan["torch"] == ["torch==2.11.0", "torchaudio==2.11.0"]
    assert {"name": "transformers", "version": "4.45.2", "marker": ""} in plan["pins"]
    assert plan["download_mb"][0] < plan["download_mb"][1]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["environment"], 2, "required: ENGINE"),
        (["environment", "nobody"], 2, "no engine 'nobody'. With environments of their own: qwen"),
        (["environment", "echo"], 1, "runs in Earshot's own environment"),
        (["environment", "qwen_audio_chat", "--python", "/no/python"], 1, "no Python that starts"),
        (["list", "echo"], 2, "unrecognized arguments: echo"),
    ],
)
def test_what_cannot_be_planned_is_told(arguments: list[str], code: int, sentence: str):
    done = earshot("systems", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr


def test_an_engine_without_its_environment_says_how_to_make_it(tmp_path: Path):
    info = engines_at(Home(tmp_path).places)["qwen_audio_chat"]
    assert info.missing() == ("environment",)
    assert info.install == "python main.py systems environment qwen_audio_chat"


def test_a_lock_that_nobody_measured_says_so(tmp_path: Path):
    there = Home(tmp_path)
    write_engine(there.engines, "0" * 64, there.environments)
    lock = there.engines / "lonely" / "requirements.lock"
    assert "Download: about 1 MB" in plan_lines(plan_of(there, "lonely"))
    lock.write_text(lock.read_text().replace("# Download", "# Size"))
    assert "Download: nobody has measured how much" in plan_lines(plan_of(there, "lonely"))


@pytest.mark.local  # needs the package registry
def test_an_environment_of_two_small_packages_is_fetched_and_removed():
    locked = (ROOT / "engines" / "qwen_audio_chat" / "requirements.lock").read_text()
    small = re.findall(r"^(?:idna|einops)==.*?(?=^[a-z])", locked, re.MULTILINE | re.DOTALL)
    assert len(small) == 2
    write_engine(home().engines, "0" * 64, home().environments)
    (home().engines / "lonely" / "requirements.lock").write_text("".join(small))
    manifest = home().engines / "lonely" / "engine.toml"
    manifest.write_text(re.sub("needs = .*", 'needs = [{ module = "idna" }]', manifest.read_text()))

    made = earshot("systems", "environment", "lonely", "--yes")
    assert made.returncode == 0, made.stderr
    assert "installing 2 pinned packages" in made.stderr
    place = made.stdout.removeprefix("Made ").strip()
    again = earshot("systems", "environment", "lonely", PIP_NO_INDEX="1")
    assert (again.returncode, again.stdout) == (0, f"It is there: {place}\n")
    removed = earshot("systems", "environment", "lonely", "--remove")
    assert (removed.returncode, removed.stdout) == (0, f"Deleted {place}\n")
    assert not Path(place).exists()
