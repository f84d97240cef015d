"""docs/worker-protocol.md says what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cogapp import Cog

from engines import wire
from engines.api import Prompt
from engines.client import WorkerProcess
from engines.messages import Notification, Request, Result, decode
from engines.protocol import METHODS, PROTOCOL_VERSION
from engines.registry import find_engines

LIMIT_S = 20.0
PAGE = Path(__file__).parents[2] / "docs" / "worker-protocol.md"


def test_what_the_program_printed_into_the_page_is_what_it_prints_now() -> None:
    root = str(PAGE.parents[1])
    assert Cog().main(["cog", "--check", "-I", root, str(PAGE)]) == 0, "run `make docs`"


def test_every_method_is_on_the_page() -> None:
    page = PAGE.read_text()
    for method in METHODS:
        assert f"| `{method.name}` |" in page


def test_the_conversation_on_the_page_is_one() -> None:
    lines = re.findall(r"^    [→←] (.*)$", PAGE.read_text(), re.MULTILINE)
    said = [decode(line.encode())[0] for line in lines]
    requests = {message.id: message for message in said if isinstance(message, Request)}
    readers = {
        "initialize": wire.read_initialized,
        "load": wire.read_loaded,
        "respond": wire.read_responded,
        "open": wire.read_segment,
        "close": wire.read_transcription,
        "shutdown": dict,
    }
    for message in said:
        if isinstance(message, Result):
            readers[requests[message.id].method](message.result)
        if isinstance(message, Notification) and message.method == "feed":
            segment, pcm16 = wire.read_feed(message.params)
            assert requests[segment].method == "open"
            assert pcm16
        elif isinstance(message, Notification):
            assert message.params["id"] in requests
    assert requests[1].params["protocol"] == PROTOCOL_VERSION
    (respond,) = [r for r in requests.values() if r.method == "respond"]
    assert set(respond.params) == set(wire.write_prompt(wire.read_prompt(respond.params)))
    assert json.loads(lines[0])["jsonrpc"] == "2.0"


def test_only_the_methods_of_the_table_are_used() -> None:
    named = {method.name for method in METHODS}
    lines = re.findall(r"^    [→←] (.*)$", PAGE.read_text(), re.MULTILINE)
    used = {json.loads(line).get("method") for line in lines} - {None}
    assert used <= named


@pytest.mark.parametrize("method", ["initialize", "probe", "load", "transcribe", "open", "respond"])
def test_the_table_names_what_the_worker_really_answers(method: str, take: Path) -> None:
    (row,) = [row for row in METHODS if row.name == method]
    asked = {
        "initialize": {"protocol": PROTOCOL_VERSION},
        "transcribe": {"wav_path": str(take), "settings": {}},
        "open": {"rate_hz": 16_000, "settings": {}},
    }.get(method, {"model": {}})
    with WorkerProcess(find_engines()["echo"]) as worker:
        worker.start()
        able = {"model": {"segments": True}}
        worker.call("load", able, timeout_s=LIMIT_S).result(LIMIT_S)
        answered = worker.call(method, asked, timeout_s=LIMIT_S).result(LIMIT_S)
    assert set(answered) == set(_top_level_names(row.result))


def test_the_table_names_what_the_client_really_sends() -> None:
    (row,) = [row for row in METHODS if row.name == "respond"]
    assert set(wire.write_prompt(Prompt())) == set(_top_level_names(row.params))


def _top_level_names(cell: str) -> list[str]:
    """Names in backticks that stand outside of brackets."""
    return re.findall("`([a-z_]+)`", re.sub(r"\[.*?\]|\{.*?\}", "", cell))
