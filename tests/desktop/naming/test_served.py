"""A server by its address alone: the only model it has, or the names of those it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import EarshotError, UsageProblem
from desktop.naming.quick import system_named
from desktop.paths import Home
from tests.desktop.cli.test_cli import PARIS, earshot
from tests.helpers.fake_api import Status
from tests.helpers.fake_openai import FakeOpenAI, described

pytestmark = pytest.mark.local


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as api:
        yield api


def test_the_only_model_of_a_server_is_meant(home: Home, server: FakeOpenAI) -> None:
    server.models = [described("ours-7b")]
    assert system_named(server.address, home).system.responder.model["model"] == "ours-7b"
    done = earshot("ask", PARIS, "--system", server.address)
    assert (done.returncode, done.stdout) == (0, "Half past two.\n")


def test_several_models_of_a_server_are_named(home: Home, server: FakeOpenAI) -> None:
    server.models = [described("ours-7b"), described("ours-70b")]
    with pytest.raises(UsageProblem) as caught:
        system_named(server.address, home)
    assert caught.value.sentence == "Which model of that server? It has: ours-7b, ours-70b."
    assert caught.value.advice == "Say it with --model NAME."


def test_a_server_that_lists_nothing_is_asked_for_by_name(home: Home, server: FakeOpenAI) -> None:
    for models in ([], Status(404)):
        server.models = models
        with pytest.raises(UsageProblem, match="Which model of that server"):
            system_named(server.address, home)


def test_a_server_that_is_down_is_said_to_be_down(home: Home) -> None:
    with pytest.raises(EarshotError, match=r"127\.0\.0\.1:9 cannot be reached") as caught:
        system_named("http://127.0.0.1:9/v1", home)
    assert not isinstance(caught.value, UsageProblem)
    assert "Which model" not in str(caught.value)
