"""One server and one loaded worker for all tests of a file, a fresh script for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.fake_api import nothing_wrong
from tests.helpers.fake_openai import MODEL, FakeOpenAI
from tests.helpers.remote_worker import KEY, Remote, remote


@pytest.fixture(scope="module")
def loaded() -> Iterator[Remote]:
    with FakeOpenAI() as api:
        api.key = KEY
        model = {"address": f"{api.address}/v1", "model": MODEL, "key": "openai", "wait_s": 4}
        with remote("openai_compatible", api, model, KEY) as worker:
            yield worker


@pytest.fixture
def asked(loaded: Remote) -> Iterator[Remote]:
    with nothing_wrong(loaded.api):
        yield loaded
