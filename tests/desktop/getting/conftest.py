"""A station with a system of its own, and where the weights of that come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.paths import Home
from engines.registry import EngineInfo
from tests.helpers.fetching_engine import carrier
from tests.helpers.own_system import STORE, write_system


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.catalogue.mkdir(parents=True)
    write_system(home)
    return home


@pytest.fixture
def engines(tmp_path: Path) -> dict[str, EngineInfo]:
    return carrier(tmp_path / "engines", STORE)


@pytest.fixture
def store(engines: dict[str, EngineInfo]) -> Path:
    return engines["carrier"].folder / "store"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    for name, content in STORE.items():
        (folder / name).write_bytes(content)
    return folder
