"""A real X server repeats a held key in its own way: the take goes on until the key is let go."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.x_server import XServer, x_server

pytestmark = pytest.mark.serial

ROOT = Path(__file__).parents[2]
REPETITIONS = 40


def test_a_take_lasts_as_long_as_the_key_is_held() -> None:
    with x_server(1280, 800) as server, child("tests.helpers.talking_child", server) as told:
        assert "ready\n" in told
        server.hands("keydown", "space")
        held = [line for line, _ in zip(told, range(1 + 2 * REPETITIONS), strict=False)]
        server.hands("keyup", "space")
        let_go = list(told)
    assert held.count("started\n") == 1
    assert "stopped\n" not in held, held
    assert let_go[-2:] == ["release unmarked\n", "stopped\n"]


@contextmanager
def child(module: str, server: XServer) -> Iterator[Iterator[str]]:
    """What a program in a process of its own tells, line by line as it comes."""
    program = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    try:
        yield iter(program.stdout.readline, "")
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
