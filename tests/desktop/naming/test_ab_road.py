"""`ab` as a developer uses it: a checkpoint by its path, the window, and nothing but keys."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.paths import Home
from desktop.session.earlier_takes import LAST, earlier_takes
from local_db.kept import Battle
from local_db.reader import open_reader
from tests.helpers.x_server import XServer, x_server
from tests.tiny.gguf import build_gguf
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio

pytestmark = [pytest.mark.local, pytest.mark.serial]

ROOT = Path(__file__).parents[3]
TAKES = ("04-chat.flac", "09-knowledge.flac")
PATIENCE_S = 240.0
"""Only a failure waits this long; one of these workers imports torch."""
BETWEEN_KEYS_S = 0.3


def test_a_checkpoint_is_compared_by_keys_alone_and_again_on_the_same_takes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home(tmp_path / "home")
    hears, reads = once(tmp_path_factory, build_qwen2_audio), build_gguf(tmp_path)
    takes = tmp_path / "takes"
    takes.mkdir()
    for name in TAKES:
        (takes / name).write_bytes((ROOT / "resources" / "takes" / name).read_bytes())
    arguments = [str(hears), "--against", str(reads), "--home", str(home.folder)]

    with x_server(1280, 800) as server:
        with window(server, ["ab", *arguments, "--replay", str(takes)]) as press:
            vote_on_all(press, home, ["1", "4"])
        first = battles(home)
        with window(server, ["ab", *arguments, "--replay", LAST]) as press:
            vote_on_all(press, home, ["2", "3"], before=len(first))
    both = battles(home)

    assert [battle.vote.choice for battle in both if battle.vote] == ["a", "b", "tie", "both_bad"]
    asked = [take.sha256 for battle in both for take in battle.takes]
    assert asked[:2] == asked[2:]
    assert len(earlier_takes(LAST, home)) == 2
    for battle in both:
        assert {battle.a.label, battle.b.label} == {hears.name, reads.name}
        for answer in (battle.turns[0].a, battle.turns[0].b):
            assert answer is not None
            assert answer.finish in {"stop", "length"}
            assert answer.weights


Press = Callable[[str], None]


def vote_on_all(press: Press, home: Home, votes: list[str], *, before: int = 0) -> None:
    """A whole session. A key at a moment at which it means nothing changes nothing, so that each
    is pressed until what it does is on the disk."""
    for number, vote in enumerate(votes, before + 1):
        until(lambda n=number: len(battles(home)) == n, press, "Return")
        until(lambda: battles(home)[-1].takes, press, "space")
        until(lambda: battles(home)[-1].vote, press, vote)
    until(lambda: not sessions_open(home), press, "Return")


def until(condition: Callable[[], object], press: Press, key: str) -> None:
    limit_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit_s, f"{key} led nowhere"
        press(key)
        time.sleep(BETWEEN_KEYS_S)


def battles(home: Home) -> list[Battle]:
    if not home.database.exists():
        return []
    with open_reader(home.database) as reader:
        return reader.battles()


def sessions_open(home: Home) -> object:
    with open_reader(home.database) as reader:
        return reader.open_sessions()


@contextmanager
def window(server: XServer, command: list[str]) -> Iterator[Press]:
    """`main.py` with a window; it is closed as by its button, and has to end well."""
    program = subprocess.Popen(
        [sys.executable, "main.py", *command],
        cwd=ROOT,
        env=server.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        name = ("search", "--sync", "--onlyvisible", "--name", "^Earshot$")
        number = server.hands(*name).split()[0]
        yield lambda key: _press(server, number, key)
        server.ask_to_close(int(number))
        _, said = program.communicate(timeout=30)
        assert program.returncode == 0, said
    finally:
        program.kill()
        program.wait()


def _press(server: XServer, number: str, key: str) -> None:
    server.hands("windowfocus", "--sync", number)
    server.hands("key", key)
