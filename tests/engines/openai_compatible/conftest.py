"""One server and one loaded worker for all tests of a file, a fresh script for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers import dialects
from tests.helpers.fake_api import nothing_wrong
from tests.helpers.remote_worker import Remote


@pytest.fixture(scope="module")
def loaded() -> Iterator[Remote]:
    with dialects.loaded(dialects.OPENAI) as worker:
        yield worker


@pytest.fixture
def asked(loaded: Remote) -> Iterator[Remote]:
    with nothing_wrong(loaded.api):
        yield loaded
