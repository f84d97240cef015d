"""What only servers that speak like OpenAI can have wrong, and the typed error it becomes."""

from __future__ import annotations

import pytest

from engines.errors import ErrorKind
from tests.engines.remote.contract import RemoteContract, error_of_loading, is_told_at_once
from tests.helpers.dialects import OPENAI
from tests.helpers.fake_api import Events, Raw, Reply, Status
from tests.helpers.fake_openai import chunk
from tests.helpers.remote_worker import Remote

pytestmark = pytest.mark.local


class TestOpenAI(RemoteContract):
    dialect = OPENAI


def says(code: int, words: str, name: str) -> Status:
    return Status(code, {"error": {"message": words, "code": name}})


REFUSALS: dict[str, tuple[Reply, ErrorKind, str]] = {
    "filtered": (says(400, "no", "content_filter"), ErrorKind.REFUSED, "declined"),
    "filtered answer": (Events(finish="content_filter"), ErrorKind.REFUSED, "content_filter"),
    "refusal": (
        Events(pieces=(), extra=(chunk({"refusal": "I must not."}),)),
        ErrorKind.REFUSED,
        "I must not.",
    ),
    "no money": (says(429, "pay", "insufficient_quota"), ErrorKind.RATE_LIMITED, "pay"),
    "odd choices": (Raw(b'data: {"choices": 5}\n\n'), ErrorKind.NETWORK, "without choices"),
    "error in the stream": (
        Events(ending="short", extra=({"error": {"message": "CUDA error"}},)),
        ErrorKind.NETWORK,
        "CUDA error|broke off",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_helped_is_told_at_once(asked: Remote, case: str) -> None:
    is_told_at_once(asked, *REFUSALS[case])


@pytest.mark.parametrize(
    "model",
    [
        {"address": "not an address", "model": "a"},
        {"address": "http://me:secret@127.0.0.1/v1", "model": "a"},
        {"address": "ftp://127.0.0.1", "model": "a"},
        {"address": "http://127.0.0.1:x/v1", "model": "a"},
        {"address": "http://127.0.0.1", "model": "a", "audio": "by_post"},
        {"address": "http://127.0.0.1", "model": "a", "wait_s": 0},
        {"address": "http://127.0.0.1", "model": "a", "colour": "red"},
        {"address": "http://127.0.0.1", "model": 5},
        {"address": "http://127.0.0.1", "model": "a", "modalities": ["smell"]},
    ],
)
def test_a_table_that_cannot_be_is_told(model: dict[str, object]) -> None:
    error = error_of_loading("openai_compatible", model)
    assert error.kind is ErrorKind.INTERNAL
    assert "secret" not in error.researcher
