"""What only Google's server can have wrong, and the typed error it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from engines.errors import ErrorKind
from tests.engines.remote.contract import ASKED, RemoteContract, error_of_loading, is_told_at_once
from tests.helpers.dialects import GOOGLE
from tests.helpers.fake_api import Events, Raw, Reply
from tests.helpers.fake_google import MODEL, FakeGoogle, chunk
from tests.helpers.remote_worker import Remote

pytestmark = pytest.mark.local


class TestGoogle(RemoteContract):
    dialect = GOOGLE


BLOCKED: dict[str, Any] = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
REFUSALS: dict[str, tuple[Reply, ErrorKind, str]] = {
    "blocked": (Events(pieces=(), ending="short", extra=(BLOCKED,)), ErrorKind.REFUSED, "PROHIB"),
    "unsafe answer": (Events(finish="SAFETY"), ErrorKind.REFUSED, "SAFETY"),
    "odd candidates": (Raw(b'data: {"candidates": 5}\r\n\r\n'), ErrorKind.NETWORK, "no answer"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_helped_is_told_at_once(asked: Remote, case: str) -> None:
    is_told_at_once(asked, *REFUSALS[case])


def test_an_answer_without_text_still_says_who_made_it(asked: Remote) -> None:
    asked.api.script.append(Events(pieces=(), extra=(chunk(""),)))
    assert asked.ask(ASKED).text == ""


def test_models_that_are_there_are_told_where_the_one_is_not() -> None:
    with FakeGoogle() as api:
        for model in ({"model": "gemini-1.5-pro"}, {}):
            error = error_of_loading("google_genai", {"address": api.address, **model})
            assert error.data["choices"] == [MODEL, "gemini-3.6-flash"]
        assert api.wrong == []
