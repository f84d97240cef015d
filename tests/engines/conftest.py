"""Shared by the tests of the workers and of every engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.api import System
from engines.pool import Pool
from tests.helpers.bad_takes import BAD_TAKES
from tests.helpers.processes import becomes, open_descriptors, zombies_of
from tests.helpers.wav_files import write_wav

# Their assertions are explained by pytest as if they stood in a test file.
pytest.register_assert_rewrite(
    *("tests.engines.contract", "tests.engines.remote.contract"),
    *("tests.engines.segment_contract", "tests.engines.stand_in_contract", "tests.helpers.pools"),
)


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A second and a half of quiet noise."""
    return write_wav(tmp_path / "take.wav")


@pytest.fixture(scope="session")
def bad_takes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every one of the table, by name."""
    folder = tmp_path_factory.mktemp("bad-takes")
    return {bad.name: bad.at(folder) for bad in BAD_TAKES}


@pytest.fixture
def gone(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test no process that was started in it is a zombie, and no descriptor is open."""
    descriptors = open_descriptors()
    yield
    assert zombies_of(os.getpid()) == set(), request.node.name
    assert becomes(lambda: open_descriptors() <= descriptors)


@pytest.fixture
def open_pool() -> Iterator[Callable[..., Pool]]:
    pools: list[Pool] = []
    descriptors = open_descriptors()

    def make(*systems: System, **options: Any) -> Pool:
        pools.append(Pool(systems, **options))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
    assert becomes(lambda: open_descriptors() <= descriptors)
