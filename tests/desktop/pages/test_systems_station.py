"""The Systems page of a running program: what is pressed there is really got, kept and made."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.keys.vault import Keys
from desktop.paths import Home
from engines.model_files import folder_name
from tests.helpers.fetching_engine import COMMIT, carrier
from tests.helpers.hub import Hub
from tests.helpers.own_environments import only_from, write_engine, write_wheel
from tests.helpers.processes import becomes, children
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal, echo_entry
from tests.helpers.widgets import shown_below
from ui.getting_state import Step
from ui.pages.systems import SystemsPage
from ui.speak import announcer
from ui.state import Availability, Phase, SystemsState, Way
from ui.widgets.plan_sheet import PlanSheetView
from ui.widgets.system_entry import SystemEntry

pytestmark = pytest.mark.local  # the hub's client; and each of them takes seconds
K = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SYSTEM = """
[[system]]
id = "mine"
label = "Mine"
version = "1"
kind = "ours"
recogniser = {{ engine = "echo", model = {{ heard = ["what i said"], hypothesis = "dictation" }} }}
hypothesis = "dictation"
responder = {{ engine = "{engine}", model = {{ {model} }} }}
licence = {{ name = "ours", accept = "Everything." }}
"""
REPO = 'repo = "us/mine", revision = ""'
FILES = {
    "config.json": b'{"model_type": "llama"}',
    "model.safetensors": random.Random(2).randbytes(900_000),
}


class Station:
    """Somebody at the Systems page of a program in whose study `a` meets `mine`."""

    def __init__(self, stage: Rehearsal) -> None:
        self.stage = stage
        self.home = stage.home
        self.checked: list[SystemsState] = []
        stage.program.systems.drawn.connect(self.checked.append)

    @property
    def page(self) -> SystemsPage:
        return self.stage.window.systems

    @property
    def entry(self) -> SystemEntry:
        return self.page.entries["mine"]

    @property
    def sheet(self) -> PlanSheetView:
        assert isinstance(self.entry.sheet, PlanSheetView)
        return self.entry.sheet

    def until(self, condition: Callable[[], object]) -> None:
        self.stage.qtbot.waitUntil(lambda: bool(condition()), timeout=4 * PATIENCE_MS)

    def go_to(self, page: str) -> None:
        QTest.mouseClick(self.stage.window.rail.items[page], LEFT)
        self.until(lambda: self.stage.window.current_page == page)

    def open(self) -> None:
        """The page, once all systems were asked."""
        before = len(self.checked)
        self.go_to("systems")
        self.until(lambda: len(self.checked) > before)

    def availability(self) -> Availability:
        return next(row.availability for row in self.checked[-1].rows if row.id == "mine")

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget(), key)

    def click(self, way: Way) -> None:
        QTest.mouseClick(self.entry.ways[way], LEFT)

    def until_step(self, step: Step) -> None:
        self.until(lambda: self.entry.sheet is not None and self.sheet._state.step is step)

    def until_ready(self) -> None:
        try:
            self.until(lambda: self.availability() is Availability.READY)
        except TimeoutError as late:
            raise AssertionError(f"it did not become ready: {self.words()}") from late

    def words(self) -> str:
        shown = (w.text() for w in shown_below(self.stage.window) if isinstance(w, QLabel))
        return "\n".join(shown).replace("\u2068", "").replace("\u2069", "")

    def part(self) -> Path:
        return next(self.home.models.glob("*.part"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "stage" / "home")
    home.catalogue.mkdir(parents=True)
    return home


def catalogue(home: Home, engine: str, model: str) -> dict[str, Entry]:
    (home.catalogue / "mine.toml").write_text(SYSTEM.format(engine=engine, model=model))
    return {"a": echo_entry("a"), "mine": read_catalogue(home)["mine"]}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with Hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        hub.add("us/mine", FILES)
        yield hub


@pytest.fixture
def with_hub(rehearse: Callable[..., Rehearsal], home: Home, hub: Hub) -> Station:
    assert hub.port
    manifest = carrier(home.engines, {})["carrier"].folder / "engine.toml"
    manifest.write_text(manifest.read_text().replace(', "fetcher"', ""))  # the hub is asked, then
    systems = catalogue(home, "carrier", REPO)
    return Station(rehearse({"a": {}, "mine": {}}, catalogue=systems))


@pytest.fixture
def store(home: Home) -> Path:
    """Of an engine that brings its own weights."""
    return carrier(home.engines, {"model.safetensors": b"w" * 5000})["carrier"].folder / "store"


@pytest.fixture
def with_carrier(rehearse: Callable[..., Rehearsal], home: Home, store: Path) -> Station:
    code = store.parent / "engine.py"
    code.write_text(code.read_text().replace("19_200_000_000", "1_000"))  # fits anywhere
    systems = catalogue(home, "carrier", REPO)
    return Station(rehearse({"a": {}, "mine": {}}, catalogue=systems))


def test_a_system_is_fetched_from_the_hub_stopped_and_gone_on_with(
    with_hub: Station, hub: Hub
) -> None:
    at = with_hub
    at.open()
    assert at.availability() is Availability.MISSING
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    commit = hub.repos["us/mine"].commit
    for told in (
        f"revision {commit}",
        "900.0 kB",
        "Everything, by fetching it.",
        "hub names it: mit",
    ):
        assert told in at.words()
    assert not at.home.models.exists()

    hub.rate_bytes_per_s = 300_000
    QTest.mouseClick(at.sheet.go, LEFT)
    at.until(lambda: " of 900.0 kB, " in at.words() and "left" in at.words())
    assert at.sheet.bar.accessibleName() != "Progress: at work"
    began_s = time.monotonic()
    at.press(K.Key_Escape)
    at.until_step(Step.STOPPED)
    assert time.monotonic() - began_s < 1.0
    assert "What was fetched is kept." in at.words()
    kept = (at.part() / "model.safetensors.incomplete").stat().st_size
    assert kept > 0

    hub.rate_bytes_per_s = None
    hub.asked.clear()
    at.press(K.Key_Return)
    at.until_ready()
    assert [asked.begin for asked in hub.asked] == [kept], "only the rest"
    assert "Mine is installed." in at.words()
    assert "Can compete now" in at.words()
    assert at.entry.sheet is None


def test_what_is_installed_competes_without_a_restart(with_carrier: Station) -> None:
    at = with_carrier
    at.open()
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    at.press(K.Key_Return)
    at.until_ready()
    at.go_to("compare")
    at.stage.start()
    at.stage.speak()
    at.stage.until(Phase.VOTING)
    texts = {at.stage.state.card_a.text, at.stage.state.card_b.text}
    assert "hello" in texts


def test_nothing_is_fetched_or_seen_while_a_session_runs(
    with_carrier: Station, store: Path
) -> None:
    at = with_carrier
    (store / ".slow").touch()
    at.open()
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    at.press(K.Key_Return)
    at.until(lambda: list(at.home.models.glob("*.part/*")))
    fetcher = int((store / ".fetcher").read_text())
    assert fetcher in children(os.getpid())
    at.go_to("compare")
    heard: list[str] = []
    announcer.said.connect(heard.append)
    try:
        at.stage.start()
        at.until(lambda: fetcher not in children(os.getpid()))
        assert not [said for said in heard if "Mine" in said]
    finally:
        announcer.said.disconnect(heard.append)
    (store / ".slow").unlink()
    at.stage.press(K.Key_Escape)
    at.stage.press(K.Key_L)
    at.until(lambda: at.stage.window.current_page == "finished")
    place = at.home.models / folder_name("us/mine", COMMIT)
    assert becomes(lambda: (QApplication.processEvents(), place.is_dir())[1], 20)


def test_what_was_done_in_a_session_is_looked_at_once(with_carrier: Station) -> None:
    at = with_carrier
    at.open()
    systems = at.stage.program.systems
    before = len(at.checked)
    systems.set_session(True)
    systems._got("The key “lab” is kept.")  # the keyring was unlocked when a participant sat here
    systems.set_session(False)
    at.until(lambda: len(at.checked) > before)
    systems.set_session(True)
    systems.set_session(False)
    assert not systems._state.working


def test_it_goes_on_while_somebody_looks_at_another_page(with_carrier: Station) -> None:
    at = with_carrier
    at.open()
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    at.press(K.Key_Return)
    at.go_to("results")
    place = at.home.models / folder_name("us/mine", COMMIT)
    at.until(place.is_dir)
    at.open()
    at.until_ready()
    assert "Mine is installed." in at.words()


def test_closing_the_window_stops_it_and_the_next_start_goes_on(
    rehearse: Callable[..., Rehearsal], with_carrier: Station, store: Path
) -> None:
    at = with_carrier
    (store / ".slow").touch()
    at.open()
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    at.press(K.Key_Return)
    at.until(lambda: list(at.home.models.glob("*.part/*")))
    at.stage.close()
    assert list(at.home.models.glob("*.part/*"))
    (store / ".slow").unlink()
    again = Station(rehearse({"a": {}, "mine": {}}, catalogue=catalogue(at.home, "carrier", REPO)))
    again.open()
    assert "came before" in again.words()
    again.click(Way.INSTALL)
    again.until_step(Step.OFFERED)
    again.press(K.Key_Return)
    again.until_ready()


def test_a_gated_system_opens_with_a_token_that_only_memory_keeps(
    with_hub: Station, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(None, {})
    monkeypatch.setattr("desktop.keys.vault._made_once", lambda: keys)
    hub.add("us/mine", FILES, gated=True)
    at = with_hub
    at.open()
    at.click(Way.INSTALL)
    at.until_step(Step.OFFERED)
    assert f"Sign in at {hub.endpoint}/us/mine" in at.words()
    at.press(K.Key_Return)
    at.until_step(Step.FAILED)
    assert "wants its terms accepted first" in at.words()
    QTest.mouseClick(at.sheet.token, LEFT)
    at.until(lambda: "memory, until Earshot ends" in at.words())
    hub.token = "hf_right_and_long"
    QTest.keyClicks(QApplication.focusWidget(), hub.token)
    at.press(K.Key_Return)
    at.until_step(Step.OFFERED)
    at.press(K.Key_Return)
    at.until_ready()
    files = [path for path in at.home.folder.rglob("*") if path.is_file()]
    assert not [p for p in files if hub.token.encode() in p.read_bytes()], "written nowhere"


def test_an_environment_is_made_and_the_system_is_ready(
    rehearse: Callable[..., Rehearsal],
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only_from(tmp_path / "wheels", monkeypatch)
    write_engine(home.engines, write_wheel(tmp_path / "wheels"), home.environments)
    systems = catalogue(home, "lonely", "")
    at = Station(rehearse({"a": {}, "mine": {}}, catalogue=systems))
    at.open()
    at.click(Way.ENVIRONMENT)
    at.until_step(Step.OFFERED)
    assert "tiny-thing 1.0" in at.words()
    at.press(K.Key_Return)
    at.until(lambda: "Making an empty environment" in at.words())
    at.until_ready()
    assert "The environment of lonely is made." in at.words()
    assert Way.REMOVE in at.entry.ways


def test_a_key_that_is_kept_is_what_the_system_is_asked_with_next(
    rehearse: Callable[..., Rehearsal], home: Home, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    from tests.helpers.fake_openai import FakeOpenAI

    assert qtbot
    keys = Keys(None, {})
    monkeypatch.setattr("desktop.keys.vault._made_once", lambda: keys)
    with FakeOpenAI() as server:
        server.key = "sk-of-the-lab-0123"
        model = f'address = "{server.address}", model = "gpt-audio-1.5", key = "lab"'
        at = Station(
            rehearse({"a": {}, "mine": {}}, catalogue=catalogue(home, "openai_compatible", model))
        )
        at.open()
        assert at.availability() is Availability.MISSING
        assert "There is no key “lab”." in at.words()
        at.click(Way.KEY)
        at.until(lambda: "memory, until Earshot ends" in at.words())
        QTest.keyClicks(QApplication.focusWidget(), server.key)
        at.press(K.Key_Return)
        at.until_ready()
        assert "The key “lab” is kept in memory" in at.words()
        assert server.key not in at.words()
