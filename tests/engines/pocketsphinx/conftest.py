"""One loaded recogniser for the tests of a file: loading takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.pocketsphinx.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.load({}, lambda _what, _share: None)
    yield engine
    engine.unload()
