"""What others wrote is made visible on a terminal, and comes as it is everywhere else."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.cli.common import print_json
from desktop.cli.fetch_lines import ProgressLine
from desktop.getting.fetching import Far
from desktop.paths import Home
from tests.desktop.cli.test_cli import PARIS, ROOT, earshot
from tests.desktop.naming.test_quick import OWN_SYSTEM

VISIBLE = "␛[31mred␛]0;title␇ ‹RLO›gpj.exe"
HOSTILE = "\x1b[31mred\x1b]0;title\x07 \u202egpj.exe"


def answering(home: Home, text: str) -> list[str]:
    """A station with a system that says this, and the words that ask it."""
    home.catalogue.mkdir(parents=True)
    system = OWN_SYSTEM.format(name="one").replace('["This is one."]', json.dumps([text]))
    (home.catalogue / "one.toml").write_text(system)
    return ["ask", str(PARIS), "--system", "one", "--home", str(home.folder)]


def test_no_terminal_obeys_an_answer(tmp_path: Path) -> None:
    words = answering(Home(tmp_path / "home"), HOSTILE)
    screen, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        stdout=terminal,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(terminal)
    shown = os.read(screen, 10_000).decode()
    os.close(screen)
    assert done.returncode == 0, done.stderr
    assert shown == f"{VISIBLE}\r\n"
    assert earshot(*words).stdout == f"{HOSTILE}\n"


def test_an_empty_answer_is_said_to_be_empty(tmp_path: Path) -> None:
    done = earshot(*answering(Home(tmp_path / "home"), ""))
    assert (done.returncode, done.stdout) == (0, "\n")
    assert done.stderr.endswith("The answer is empty.\n")


MANIFEST = f"""
name = "theirs"
roles = ["lam"]
summary = {json.dumps(HOSTILE)}
install = "Nothing."
command = ["/no/such/program"]
"""


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def told(monkeypatch: pytest.MonkeyPatch, stream: str, *words: str | Path) -> str:
    """What a command writes to a terminal, which is one of its two streams."""
    with monkeypatch.context() as patch, Screen() as screen:
        patch.setattr(sys, stream, screen)
        main([*map(str, words)])
        return screen.getvalue()


def test_no_terminal_obeys_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a server's is, on its road to stderr."""
    words = ("ask", PARIS, "--system", HOSTILE, "--home", tmp_path)
    assert f"There is no system called {VISIBLE}, and" in told(monkeypatch, "stderr", *words)
    main([*map(str, words)])
    assert HOSTILE in capsys.readouterr().err


def test_no_terminal_obeys_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    folder = home.folder / "engines" / "theirs"
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(MANIFEST)
    home.catalogue.mkdir()
    (home.catalogue / "one.toml").write_text(
        OWN_SYSTEM.format(name="one").replace('engine = "echo"', 'engine = "theirs"')
    )
    words = ("systems", "list", "--home", home.folder)
    assert VISIBLE in told(monkeypatch, "stdout", *words)
    main([*map(str, words)])
    assert HOSTILE in capsys.readouterr().out


def test_no_terminal_obeys_the_name_of_a_file_that_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, Screen() as screen:
        patch.setattr(sys, "stderr", screen)
        ProgressLine().show(Far(HOSTILE, 1, 2, 0))
        assert screen.getvalue() == f"\r\x1b[K{Far('', 1, 2, 0).sentence}  {VISIBLE}"


def test_what_a_program_reads_is_whole_on_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, Screen() as screen:
        patch.setattr(sys, "stdout", screen)
        print_json({"text": HOSTILE + "x" * 100_000})
        assert json.loads(screen.getvalue()) == {"text": HOSTILE + "x" * 100_000}
