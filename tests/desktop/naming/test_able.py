"""`ab` and `ask` of a system that cannot answer: why, and how to get it, before any window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.errors import EarshotError
from desktop.keys.vault import variable
from desktop.naming.able import require_able, require_had
from desktop.naming.quick import Wishes, system_named
from desktop.paths import Home
from tests.desktop.cli.test_cli import PARIS, ROOT, earshot
from tests.tiny.gguf import build_gguf

RETIRED, NOT_PROVIDED, NOT_INSTALLED = "gpt-4o-audio-preview", "pandagpt-7b", "diva-llama-3-8b"
EARS = "whisper-large-v2-llama-3-8b"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def said_of(home: Home, name: str, model: str = "") -> str:
    with pytest.raises(EarshotError) as caught:
        require_able([system_named(name, home, Wishes(model=model))], home)
    return str(caught.value)


def test_ab_opens_no_window_on_systems_that_cannot_answer() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "ab", RETIRED, "--against", NOT_PROVIDED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    first, *unable = done.stderr.splitlines()
    assert first == "Asking whether both can answer here …"
    assert f"({RETIRED}) cannot answer here: retired. Since 2026-05-07." in unable[0]
    assert "In its place: gpt-audio-1.5." in unable[0]
    assert f"({NOT_PROVIDED}) cannot answer here: not provided." in unable[1]


def test_weights_that_are_not_here_say_how_to_get_them(home: Home) -> None:
    said = said_of(home, NOT_INSTALLED)
    assert "not on this station" in said
    assert f"python main.py systems install {NOT_INSTALLED}" in said


@pytest.mark.local
def test_ears_that_are_not_here_are_installed_by_their_own_name(home: Home, tmp_path: Path) -> None:
    checkpoint = build_gguf(tmp_path)
    with pytest.raises(EarshotError) as caught:
        require_able([system_named(str(checkpoint), home, Wishes(hears=EARS))], home)
    said = str(caught.value)
    assert f"To get it: python main.py systems install {EARS}" in said
    assert said.count("systems install") == 1


@pytest.mark.local
def test_a_server_that_is_down_and_a_key_that_is_missing_are_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable("openai"), raising=False)
    said = said_of(home, "http://127.0.0.1:9/v1", "tiny")
    assert "127.0.0.1:9 cannot be reached" in said
    assert "To get it: python main.py systems key openai" in said_of(home, "gpt-audio")


@pytest.mark.local
def test_half_a_gguf_is_no_system(home: Home, tmp_path: Path) -> None:
    whole = build_gguf(tmp_path)
    require_able([system_named(str(whole), home)], home)
    half = tmp_path / "half.gguf"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert "half.gguf is damaged or not complete" in said_of(home, str(half))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (RETIRED, f"{RETIRED} is retired. Since 2026-05-07. OpenAI shut it down."),
        (NOT_PROVIDED, f"{NOT_PROVIDED} is not provided. "),
    ],
)
def test_nobody_asks_what_nobody_can_have(home: Home, name: str, sentence: str) -> None:
    with pytest.raises(EarshotError) as caught:
        require_had(read_catalogue()[name], home)
    assert str(caught.value).startswith(sentence)


def test_ask_of_a_retired_system_names_its_successor() -> None:
    done = earshot("ask", PARIS, "--system", RETIRED)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{RETIRED} is retired.")
    assert done.stderr.endswith("In its place: gpt-audio-1.5.\n")
