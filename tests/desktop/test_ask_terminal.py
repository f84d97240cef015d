"""What `ask` shows of an answer: made visible on a terminal, as it came everywhere else."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from desktop.paths import Home
from tests.desktop.test_cli import PARIS, ROOT, earshot
from tests.desktop.test_quick import OWN_SYSTEM

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
    assert shown == "␛[31mred␛]0;title␇ ‹RLO›gpj.exe\r\n"
    assert earshot(*words).stdout == f"{HOSTILE}\n"


def test_an_empty_answer_is_said_to_be_empty(tmp_path: Path) -> None:
    done = earshot(*answering(Home(tmp_path / "home"), ""))
    assert (done.returncode, done.stdout) == (0, "\n")
    assert done.stderr.endswith("The answer is empty.\n")
