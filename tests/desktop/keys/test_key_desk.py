"""Keeping a key in the window: where it goes is told; a keyring that waits stops nobody."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from desktop.keys.desk import KeyDesk
from desktop.keys.vault import Keys
from tests.desktop.keys.test_keys import KEY, Drawer
from ui.getting_state import KeySheet

PATIENCE_S = 10.0


class Waiting(Drawer):
    """A keyring whose owner has not come to unlock it."""

    def __init__(self) -> None:
        super().__init__()
        self.come = threading.Event()

    def _open(self) -> None:
        self.come.wait()


class Stage:
    def __init__(self, keys: Keys) -> None:
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.sheet: KeySheet | None = None
        self.said: list[tuple[str, str, str]] = []
        self.desk = KeyDesk(
            lambda: keys, self.posted.put, self._draw, lambda *said: self.said.append(said)
        )

    def _draw(self, id_: str, sheet: KeySheet | None) -> None:
        assert id_ == "gpt"
        self.sheet = sheet

    def answer(self) -> KeySheet | None:
        """What is drawn once the keyring has said something."""
        self.posted.get(timeout=PATIENCE_S)()
        return self.sheet

    def open(self) -> KeySheet:
        self.desk.open("gpt", "openai", "Key “openai” for GPT")
        assert self.sheet is not None
        assert self.sheet.working == "Looking at the keyring …"
        sheet = self.answer()
        assert sheet is not None
        assert sheet.working == ""
        return sheet


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    drawer = Waiting()
    yield drawer
    drawer.come.set()


def test_where_it_goes_is_told_before_it_is_typed() -> None:
    assert Stage(Keys(Drawer(), {})).open().hint == "It goes into the keyring of the system."
    assert Stage(Keys(None, {})).open().hint == "It goes into memory, until Earshot ends."


def test_a_key_is_kept_seen_and_forgotten() -> None:
    drawer = Drawer()
    stage = Stage(Keys(drawer, {}))
    assert not stage.open().can_forget
    stage.desk.keep("gpt", KEY)
    assert stage.answer() is None
    assert drawer.held == {("Earshot", "openai"): KEY}
    said = "The key “openai” is kept in the keyring of the system."
    assert stage.said == [("gpt", said, "openai")]
    sheet = stage.open()
    assert (sheet.can_forget, KEY in str(sheet)) == (True, False)
    stage.desk.forget("gpt")
    assert stage.answer() is None
    assert drawer.held == {}
    assert stage.said[-1][1] == "The key “openai” is forgotten."


def test_a_variable_of_the_shell_is_told_and_is_not_ours_to_forget() -> None:
    stage = Stage(Keys(None, {"OPENAI_API_KEY": KEY}))
    sheet = stage.open()
    assert "OPENAI_API_KEY gives one" in sheet.kept
    assert not sheet.can_forget


def test_what_is_no_key_is_refused_and_the_sheet_stays() -> None:
    stage = Stage(Keys(Drawer(), {}))
    stage.open()
    stage.desk.keep("gpt", "short")
    sheet = stage.answer()
    assert sheet is not None
    assert sheet.problem is not None
    assert sheet.problem.title.startswith("That is no key")
    assert "short" not in str(sheet)
    assert stage.said == []


def test_a_keyring_that_waits_for_its_owner_stops_nobody(waiting: Waiting) -> None:
    stage = Stage(Keys(waiting, {}))
    stage.desk.open("gpt", "openai", "Key")
    stage.desk.leave("gpt")
    assert stage.sheet is None
    waiting.come.set()
    assert stage.answer() is None, "what it says in the end is for nobody"
