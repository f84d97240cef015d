"""What is said of each system: there, missing and how to get it, or not to be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.keys.states import told_of_keys
from desktop.pages.systems_desk import check_systems, expected, list_systems
from desktop.paths import Home
from engines.api import Part
from engines.errors import EngineError
from engines.lane import require
from engines.pool import Pool
from engines.registry import EngineInfo, engines_at
from tests.helpers.fetching_engine import COMMIT, carrier
from ui.state import Availability, SystemRow


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, EngineInfo]:
    found = carrier(tmp_path / "engines", {"config.json": b"{}"})
    monkeypatch.setattr("desktop.pages.systems_desk.engines_at", lambda _: found)
    return found


@pytest.fixture
def mine() -> Entry:
    entry = read_catalogue()["qwen2-audio-7b-instruct"]
    part = Part("carrier", {"repo": "us/mine", "revision": COMMIT})
    return replace(entry, system=replace(entry.system, id="mine", responder=part))


@pytest.mark.parametrize(
    ("variable", "keyring", "states"),
    [
        ("sk-0123456789", None, {"ready"}),
        (" ", None, {"needs a key"}),
        ("", object(), {"key not looked for"}),
    ],
)
def test_a_list_says_what_lacks_its_key_and_asks_no_keyring(
    monkeypatch: pytest.MonkeyPatch, variable: str, keyring: object, states: set[str]
) -> None:
    monkeypatch.setenv("OURS_API_KEY", variable)
    monkeypatch.setattr("desktop.keys.states.system_vault", lambda: keyring)
    entry = read_catalogue()["baseline-eliza"]
    part = replace(entry.system.responder, model={"key": "ours"})
    asked = replace(entry, system=replace(entry.system, responder=part))
    (row,) = told_of_keys(list_systems({"x": asked}))
    assert {row.status_text} == states
    assert (row.availability is Availability.MISSING) == (states == {"needs a key"})
    (free,) = told_of_keys(list_systems({"x": entry}))
    assert free.status_text == "ready"


def row(home: Home | None, entry: Entry) -> SystemRow:
    (only,) = list_systems({entry.system.id: entry}, home)
    return only


def test_weights_that_are_not_here_say_what_to_type(
    home: Home, engines: dict[str, EngineInfo], mine: Entry
) -> None:
    assert engines
    said = row(home, mine)
    assert (said.availability, said.status_text) == (Availability.MISSING, "not installed")
    assert said.how_to_get == "python main.py systems install mine"
    assert said.can_install
    assert said.memory == "needs 16.8 GB in 16 bits, and 0.5 GB for 1,000 tokens"
    assert said.paper == "Qwen2-Audio"
    assert "us/mine" in said.detail


def test_weights_that_are_here_make_it_ready_and_then_memory_is_told(
    home: Home, engines: dict[str, EngineInfo], mine: Entry
) -> None:
    (home.models / f"us--mine@{COMMIT}").mkdir(parents=True)
    assert row(home, mine).availability is Availability.READY
    with Pool([mine.system], engines=engines, places=home.places) as pool:
        (checked,) = check_systems({"mine": mine}, pool, home)
    assert checked.availability is Availability.READY
    assert checked.memory == "needs 19.2 GB, 11.0 GB free (cpu)"


def test_a_begun_download_does_not_count(
    home: Home, engines: dict[str, EngineInfo], mine: Entry
) -> None:
    assert engines
    (home.models / f"us--mine@{COMMIT}.part").mkdir(parents=True)
    assert row(home, mine).can_install


def test_a_missing_engine_is_said_and_listed(home: Home, mine: Entry) -> None:
    said = row(home, mine)
    assert "It needs the engine “carrier”" in said.detail
    assert not expected(said), "that is no fault of this station"


def test_an_environment_that_is_not_made_is_named(home: Home) -> None:
    said = row(home, read_catalogue()["typhoon-1.5-8b-audio"])
    assert said.detail.startswith("Its environment (typhoon_audio) is not made on this station.")
    with pytest.raises(EngineError, match=r"^typhoon_audio needs an environment of its own\. To"):
        require(engines_at(home.places)["typhoon_audio"])


def test_a_check_says_whom_it_asks(home: Home, engines: dict[str, EngineInfo], mine: Entry) -> None:
    (home.models / f"us--mine@{COMMIT}").mkdir(parents=True)
    asked: list[str] = []
    away = replace(
        mine, system=replace(mine.system, id="away", responder=Part("carrier", {"path": "/no"}))
    )
    with Pool([mine.system], engines=engines, places=home.places) as pool:
        check_systems({"away": away, "mine": mine}, pool, home, on_system=asked.append)
    assert asked == ["mine"]


def test_a_path_that_is_gone_is_named(
    home: Home, engines: dict[str, EngineInfo], mine: Entry
) -> None:
    assert engines
    part = Part("carrier", {"path": "/nowhere/at/all"})
    said = row(home, replace(mine, system=replace(mine.system, responder=part)))
    assert (said.status_text, said.can_install) == ("not found", False)
    assert "/nowhere/at/all is not there" in said.detail


def test_what_is_retired_or_not_provided_says_so(home: Home) -> None:
    rows = {r.id: r for r in list_systems(read_catalogue(home), home)}
    old = rows["gpt-4o-audio-preview"]
    assert (old.availability, old.status_text) == (Availability.UNAVAILABLE, "retired")
    assert old.detail == "Since 2026-05-07. OpenAI shut it down. In its place: gpt-audio-1.5."
    assert rows["pandagpt-7b"].status_text == "not provided"
    assert "docs/worker-protocol.md" in rows["pandagpt-7b"].detail
    assert not any(expected(rows[id_]) for id_ in ("gpt-4o-audio-preview", "pandagpt-7b"))


def test_listing_starts_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.Popen.__init__", started)
    assert len(list_systems(read_catalogue(home), home)) > 20


def test_systems_of_equal_labels_are_told_apart_by_their_ids(home: Home, mine: Entry) -> None:
    again = replace(mine, system=replace(mine.system, id="mine-2"))
    other = replace(again, label="Another")
    for second, labels in (
        (again, [f"{mine.label} (mine)", f"{mine.label} (mine-2)"]),
        (other, [mine.label, "Another"]),
    ):
        rows = list_systems({"mine": mine, "mine-2": second}, home)
        assert [row.label for row in rows] == labels
