"""A demo that cannot get to its end says so, and does not wait for somebody."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop import demo
from desktop.demo_folder import MARKER, make_room, produce
from desktop.paths import Home
from tests.helpers.no_room import fill_disk
from tests.helpers.voting import Sitting, open_test_store
from ui.state import ArenaState, Phase

pytestmark = pytest.mark.usefixtures("qapp")


def test_pictures_that_find_no_room_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: Path, __: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(demo.DemoStuck) as caught:
        demo.run_demo(tmp_path / "demo")
    assert caught.value.sentence.endswith(
        "compare.png cannot be written (No space left on device)."
    )


@pytest.mark.serial  # it waits for its texts to be read
def test_a_vote_that_finds_no_room_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_room: list[Callable[[], None]] = []

    def instead_of_a_picture(_: demo._Walk, name: str) -> None:
        if name == "answers" and not make_room:
            make_room.append(fill_disk())

    monkeypatch.setattr(demo._Walk, "_photograph", instead_of_a_picture)
    try:
        with pytest.raises(demo.DemoStuck) as caught:
            demo.run_demo(tmp_path / "demo")
    finally:
        for undo in make_room:
            undo()
    assert caught.value.sentence.startswith("The demo stopped at “voting”. This computer could not")


def test_a_session_without_all_its_votes_is_no_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def leave(walk: demo._Walk, state: ArenaState) -> None:
        if state.phase is Phase.READY:
            page = walk._window.arena
            walk._press(page, Qt.Key.Key_Escape)
            walk._press(page, Qt.Key.Key_L)

    monkeypatch.setattr(demo._Walk, "_act", leave)
    with pytest.raises(demo.DemoStuck) as caught:
        demo.run_demo(tmp_path / "demo")
    assert caught.value.sentence.endswith("at “finished”. Only 0 of 10 votes were given.")


def test_an_earlier_demo_is_replaced_in_its_folder(tmp_path: Path):
    """The folder itself stays: somebody may stand in it, or it is a disk."""
    out = tmp_path / "demo"
    (out / "home").mkdir(parents=True)
    (out / MARKER).write_text("")
    (out / "leaderboard.txt").symlink_to(tmp_path)
    before = out.stat().st_ino
    make_room(out)
    assert out.stat().st_ino == before
    assert sorted(path.name for path in out.iterdir()) == [MARKER, "screenshots"]
    assert tmp_path.is_dir()


def test_its_export_is_signed_as_any_other(tmp_path: Path):
    pytest.importorskip("cryptography")
    home = Home(tmp_path / "home")
    with open_test_store(home.folder) as store:
        Sitting(store, home.takes).voted_battle("a")
    made = produce(tmp_path, home, [])
    assert (made.export / "manifest.sig").is_file()
