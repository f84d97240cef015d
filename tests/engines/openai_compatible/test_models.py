"""Which models a server has: looked at by `probe` and `load`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines import wire
from engines.api import Probe
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.registry import find_engines
from tests.helpers.fake_api import Status, nothing_wrong
from tests.helpers.fake_openai import MODEL, FakeOpenAI, described
from tests.helpers.remote_worker import KEY, LIMIT_S

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def station() -> Iterator[tuple[FakeOpenAI, WorkerProcess]]:
    with FakeOpenAI() as api, WorkerProcess(find_engines()["openai_compatible"], key=KEY) as worker:
        worker.start()
        yield api, worker


class Looking:
    def __init__(self, api: FakeOpenAI, worker: WorkerProcess) -> None:
        self.api, self.worker = api, worker

    def probe(self, model: str | None = MODEL, *, named: str = "", key: str = "") -> Probe:
        """`named` is the key's name in the table, `key` the key that comes with it."""
        more: dict[str, object] = {"key": named} if named else {}
        call = self.worker.call("probe", self._params(model, key, more), timeout_s=LIMIT_S)
        return wire.read_probe(call.result(LIMIT_S))

    def load_error(self, model: str | None = MODEL) -> EngineError:
        call = self.worker.call("load", self._params(model, "", {}), timeout_s=LIMIT_S)
        error = call.exception(LIMIT_S)
        assert isinstance(error, EngineError)
        return error

    def load(self, said: list[str]) -> None:
        call = self.worker.call(
            "load",
            self._params(MODEL, "", {}),
            timeout_s=LIMIT_S,
            on_progress=lambda what, _: said.append(what),
        )
        call.result(LIMIT_S)

    def _params(self, model: str | None, key: str, more: dict[str, object]) -> wire.Wire:
        named = {} if model is None else {"model": model}
        return wire.write_model({"address": self.api.address, **named, **more}, key)


@pytest.fixture
def looking(station: tuple[FakeOpenAI, WorkerProcess]) -> Iterator[Looking]:
    api, worker = station
    api.key = ""
    with nothing_wrong(api):
        yield Looking(api, worker)


def test_an_address_without_a_model_tells_its_models(looking: Looking) -> None:
    probe = looking.probe(None)
    assert not probe.ok
    assert probe.choices == (MODEL, "whisper-1")
    assert f"It has: {MODEL}, whisper-1." in probe.reason
    assert looking.load_error(None).data["choices"] == [MODEL, "whisper-1"]


def test_a_model_that_is_not_there_is_told_with_those_that_are(looking: Looking) -> None:
    probe = looking.probe("gpt-9")
    assert not probe.ok
    assert probe.choices == (MODEL, "whisper-1")
    assert looking.load_error("gpt-9").kind is ErrorKind.INTERNAL


def test_a_model_that_was_taken_away_is_told_in_the_servers_words(looking: Looking) -> None:
    looking.api.models = Status(200, {"object": "list", "data": [described(MODEL)]})
    listing = looking.api.models

    def reply(path: str) -> Status:
        words = "The model has been shut down, see the deprecations"
        return listing if path == "/v1/models" else Status(404, {"error": {"message": words}})

    looking.api.model_reply = reply  # type: ignore[method-assign]
    try:
        assert looking.load_error("gpt-4o-audio-preview").kind is ErrorKind.MODEL_RETIRED
    finally:
        del looking.api.model_reply


def test_the_end_of_a_model_is_told_before_it_comes(looking: Looking) -> None:
    looking.api.models = [described(MODEL, shutdown_date="2999-01-20")]
    probe = looking.probe()
    assert probe.ok
    assert "2999-01-20" in probe.warning
    said: list[str] = []
    looking.load(said)
    assert any("2999-01-20" in what for what in said)


def test_a_model_whose_end_has_come_is_retired(looking: Looking) -> None:
    looking.api.models = [described(MODEL, shutdown_date="2026-05-07")]
    assert looking.load_error().kind is ErrorKind.MODEL_RETIRED
    assert looking.probe().lacks == ErrorKind.MODEL_RETIRED


def test_a_server_without_a_listing_is_believed(looking: Looking) -> None:
    looking.api.models = Status(404, {"detail": "Not Found"})
    assert looking.probe().ok
    assert not looking.probe(None).ok


def test_a_listing_that_is_none_is_told(looking: Looking) -> None:
    for body in ({"data": 5}, [1], b"<html>", "text"):
        looking.api.models = Status(200, body)
        probe = looking.probe()
        assert probe.lacks == ErrorKind.NETWORK
        assert "no answer" in probe.reason
        assert "object" not in probe.reason, "Python's own words"


def test_a_key_is_seen_to_be_wrong_before_anybody_speaks(looking: Looking) -> None:
    looking.api.key = KEY
    looking.api.models = Status(401, {"error": {"message": "Incorrect API key"}})
    probe = looking.probe(named="openai", key=KEY)
    assert probe.lacks == ErrorKind.NEEDS_KEY
    assert probe.missing == (), "it is there, and wrong"
    assert "did not accept the key (HTTP 401): Incorrect API key. To store" in probe.reason
    assert probe.reason.endswith("systems key openai")


def test_a_server_that_wants_a_key_and_got_none_is_told_with_how_to_name_one(
    looking: Looking,
) -> None:
    looking.api.models = Status(401, {"error": {"message": "bad key"}})
    probe = looking.probe()
    assert probe.lacks == ErrorKind.NEEDS_KEY
    assert "wants a key (HTTP 401): bad key. None was sent" in probe.reason
    assert "--key NAME" in probe.reason


def test_a_key_that_is_named_and_not_there_is_missing(looking: Looking) -> None:
    probe = looking.probe(named="openai")
    assert probe.lacks == ErrorKind.NEEDS_KEY
    assert "systems key openai" in probe.reason
    assert looking.api.received == []
