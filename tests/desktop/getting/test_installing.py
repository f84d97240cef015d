"""`systems install` as somebody types it, against a hub that is killed, slow, or wrong once."""

from __future__ import annotations

import json
import pty
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.catalogue.sources import sources_of
from desktop.paths import Home
from tests.desktop.cli.test_cli import ROOT, earshot
from tests.helpers.hub import Hub
from tests.helpers.processes import becomes, children

pytestmark = pytest.mark.local
REPO = "us/mine"
WEIGHTS = random.Random(2).randbytes(900_000)
FILES = {"config.json": b'{"model_type": "llama"}', "model.safetensors": WEIGHTS, "x.bin": b"p"}
SYSTEM = """
[[system]]
id = "mine"
label = "Mine"
version = "1"
kind = "ours"
responder = { engine = "echo", model = { repo = "us/mine", revision = "" } }
licence = { name = "ours", accept = "Everything." }
"""
INSTALL = ("systems", "install", "mine", "--yes")


@pytest.fixture
def home(own_home: Path) -> Home:
    home = Home(own_home)
    home.catalogue.mkdir(parents=True)
    (home.catalogue / "mine.toml").write_text(SYSTEM)
    return home


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with Hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        hub.add(REPO, FILES)
        yield hub


def place_of(home: Home) -> Path:
    (source,) = sources_of(read_catalogue(home)["mine"])
    return home.models / source.folder


def part_of(home: Home, hub: Hub) -> Path:
    folder = f"us--mine@{hub.repos[REPO].commit}.part"
    return home.models / folder / "model.safetensors.incomplete"


def begin(home: Home, hub: Hub) -> subprocess.Popen[str]:
    """Install in the background until a part of the weights is here."""
    hub.rate_bytes_per_s = 500_000
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *INSTALL],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    part = part_of(home, hub)
    assert becomes(lambda: part.exists() and part.stat().st_size > 150_000, 30)
    return child


def test_install_tells_first_and_brings_then(home: Home, hub: Hub) -> None:
    done = earshot(*INSTALL)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "mine: ready\n"
    commit = hub.repos[REPO].commit
    said = [
        "Licence: ours",
        "By fetching it you accept: Everything.",
        f"us/mine, revision {commit}: 900.0 kB",
        "licence as the hub names it: mit",
        "To fetch: 900.0 kB; free: ",
        "900.0 kB of 900.0 kB",
    ]
    places = [done.stderr.find(line) for line in said]
    assert -1 not in places, done.stderr
    assert places == sorted(places)
    assert {p.name for p in place_of(home).iterdir()} == {
        "config.json",
        "model.safetensors",
        "earshot-weights.json",
    }
    assert read_pins(home.catalogue).by_repo[REPO].revision == commit
    rows = json.loads(earshot("systems", "list", "--json").stdout)
    assert [row["status_text"] for row in rows if row["id"] == "mine"] == ["ready"]


def test_nothing_comes_without_somebodys_word(home: Home, hub: Hub) -> None:
    done = earshot("systems", "install", "mine")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert hub.asked == []
    assert not home.models.exists()


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_somebody_at_a_terminal_is_asked(home: Home, hub: Hub, answer: str) -> None:
    text = SYSTEM.replace('name = "ours"', 'name = "ours", remote_code = true')
    (home.catalogue / "mine.toml").write_text(
        text.replace('revision = ""', 'revision = "", remote_code = ""')
    )
    terminal, theirs = pty.openpty()
    with open(terminal, "wb", buffering=0) as typing, open(theirs, "rb") as stdin:  # noqa: PTH123
        typing.write(f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "systems", "install", "mine"],
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    commit = hub.repos[REPO].commit
    assert f"revision {commit}" in done.stderr
    assert "Fetch it and let that Python code run? Type yes:" in done.stderr
    if answer == "yes":
        assert done.returncode == 0, done.stderr
        model = read_catalogue(home)["mine"].system.responder.model
        assert model["remote_code"] == commit
    else:
        assert (done.returncode, hub.asked) == (2, [])
        assert read_pins(home.catalogue).by_repo == {}


def test_a_whole_program_killed_in_the_middle_goes_on_with_the_rest(home: Home, hub: Hub) -> None:
    child = begin(home, hub)
    (worker,) = children(child.pid)
    child.kill()
    child.communicate(timeout=10)
    assert becomes(lambda: not Path(f"/proc/{worker}").exists()), "its fetcher dies with it"
    assert [p.suffix for p in home.models.iterdir() if "@" in p.name] == [".part"]
    kept = part_of(home, hub).stat().st_size
    hub.rate_bytes_per_s = None
    hub.asked.clear()
    done = earshot(*INSTALL)
    assert done.returncode == 0, done.stderr
    assert "are here from an earlier attempt" in done.stderr
    assert (place_of(home) / "model.safetensors").read_bytes() == WEIGHTS
    (weights,) = hub.asked
    assert (weights.begin, sum(weights.sent)) == (kept, len(WEIGHTS) - kept)


def test_it_goes_on_with_the_revision_that_was_begun(home: Home, hub: Hub) -> None:
    child = begin(home, hub)
    child.kill()
    child.communicate(timeout=10)
    hub.rate_bytes_per_s = None
    first = hub.repos[REPO].commit
    newest = hub.add(REPO, {**FILES, "config.json": b"{}"})
    assert newest != first
    done = earshot(*INSTALL)
    assert done.returncode == 0, done.stderr
    assert place_of(home).name == f"us--mine@{first}"
    assert (place_of(home) / "config.json").read_bytes() == FILES["config.json"]


def test_ctrl_c_ends_it_within_a_second_and_keeps_what_came(home: Home, hub: Hub) -> None:
    child = begin(home, hub)
    child.send_signal(signal.SIGINT)
    began_s = time.monotonic()
    _, said = child.communicate(timeout=10)
    assert time.monotonic() - began_s < 1.0
    assert child.returncode == 130
    assert said.endswith("Interrupted.\n")
    assert part_of(home, hub).stat().st_size > 150_000


def test_a_hub_that_is_gone_for_good_is_a_sentence(home: Home, hub: Hub) -> None:
    child = begin(home, hub)
    hub.kill()
    _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "The hub cannot be reached for us/mine" in said
    assert "what was fetched is kept" in said
    assert "Traceback" not in said


def test_a_sum_that_is_wrong_once_is_fetched_again(home: Home, hub: Hub) -> None:
    hub.damage = ["model.safetensors"]
    assert earshot(*INSTALL).returncode == 0
    assert (place_of(home) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_sum_that_stays_wrong_is_a_sentence_and_nothing_appears(home: Home, hub: Hub) -> None:
    hub.damage = ["model.safetensors"] * 2
    done = earshot(*INSTALL)
    assert done.returncode == 1
    assert "came damaged twice" in done.stderr
    assert not place_of(home).exists()


def test_a_gated_system_says_how_to_open_it_and_opens(home: Home, hub: Hub) -> None:
    hub.add(REPO, FILES, gated=True)
    done = earshot(*INSTALL)
    assert done.returncode == 1
    assert "gated: it comes only with a token" in done.stderr
    assert f"sign in at {hub.endpoint}/us/mine" in done.stderr
    done = earshot(*INSTALL, HF_TOKEN=hub.token)
    assert done.returncode == 0, done.stderr
    files = [path for path in home.folder.rglob("*") if path.is_file()]
    assert not [p for p in files if hub.token.encode() in p.read_bytes()], "written nowhere"


def test_a_token_with_the_end_of_a_line_opens_it_and_is_shown_nowhere(home: Home, hub: Hub) -> None:
    hub.add(REPO, FILES, gated=True)
    done = earshot(*INSTALL, HF_TOKEN=f"{hub.token}\r")  # of an .env with CRLF
    assert hub.token not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
    assert place_of(home).is_dir()


def test_a_full_disk_is_a_sentence_and_what_came_is_kept(home: Home, hub: Hub) -> None:
    program = (
        "import resource, runpy, sys;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000));"
        f"sys.argv = ['main.py', *{INSTALL!r}];"
        "runpy.run_path('main.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "is full. Make room and install again" in done.stderr
    assert part_of(home, hub).stat().st_size == 300_000
    done = earshot(*INSTALL)
    assert done.returncode == 0, done.stderr
    assert hub.asked[-1].begin == 300_000


def test_what_is_bundled_here_is_ready_there(home: Home, hub: Hub, tmp_path: Path) -> None:
    assert earshot(*INSTALL).returncode == 0
    kit, there = tmp_path / "kit", tmp_path / "there"
    done = earshot("systems", "bundle", "mine", kit)
    assert done.returncode == 0, done.stderr
    assert f"systems install --bundle {kit}" in done.stdout
    hub.kill()
    done = earshot("systems", "install", "--home", there, "--bundle", kit)
    assert (done.returncode, done.stdout) == (0, "mine: here\n"), done.stderr
    rows = json.loads(earshot("systems", "--home", there, "list", "--json").stdout)
    assert [row["status_text"] for row in rows if row["id"] == "mine"] == ["ready"]
    assert earshot("systems", "remove", "mine").stdout.startswith("mine: 900.")
    assert not place_of(home).exists()
