"""A server that wants a key, from the commands: as somebody types them, before a real socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.cli.test_cli import PARIS, earshot
from tests.helpers.fake_api import Status
from tests.helpers.fake_openai import MODEL, FakeOpenAI
from tests.helpers.remote_worker import KEY

pytestmark = pytest.mark.local


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as api:
        api.key = KEY
        yield api


def test_ask_names_the_key_of_a_server(server: FakeOpenAI) -> None:
    asking = ("ask", PARIS, "--system", server.address, "--model", MODEL, "--key", "lab")
    done = earshot(*asking, LAB_API_KEY=KEY)
    assert (done.returncode, done.stdout) == (0, "Half past two.\n")
    assert server.wrong == []
    none = earshot(*asking)
    assert none.returncode != 0
    assert "There is no key 'lab'" in none.stderr


def test_a_wrong_key_is_checked_to_be_wrong_and_not_to_be_missing(server: FakeOpenAI) -> None:
    added = earshot("systems", "add", server.address, "--model", MODEL, "--key", "lab")
    (id_,) = added.stdout.split()
    assert 'key = "lab"' in next(Path(os.environ["EARSHOT_HOME"]).glob("systems/*")).read_text()
    server.models = Status(401, {"error": {"message": "bad key"}})
    done = earshot("systems", "check", id_, LAB_API_KEY=KEY)
    assert done.returncode == 1
    assert "did not accept the key (HTTP 401): bad key." in done.stdout
    assert "There is no key" not in done.stdout
