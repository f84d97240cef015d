"""What a server's refusal means, without a server."""

from __future__ import annotations

import json

import pytest

from engines.address import read_address
from engines.errors import ErrorKind
from engines.remote.faults import Refusal, fault_of_refusal, stumbled, unreachable


@pytest.mark.parametrize(
    ("status", "words", "code", "kind", "again"),
    [
        (400, "temperature", "", ErrorKind.INTERNAL, False),
        (400, "API key not valid", "API_KEY_INVALID", ErrorKind.NEEDS_KEY, False),
        (400, "no", "content_policy_violation", ErrorKind.REFUSED, False),
        (400, "this is too much", "context_length_exceeded", ErrorKind.AUDIO_TOO_LONG, False),
        (401, "who are you", "", ErrorKind.NEEDS_KEY, False),
        (403, "not from there", "", ErrorKind.NEEDS_KEY, False),
        (404, "no such model", "model_not_found", ErrorKind.INTERNAL, False),
        (404, "it has been discontinued", "", ErrorKind.MODEL_RETIRED, False),
        (408, "too slow", "", ErrorKind.NETWORK, True),
        (410, "gone", "", ErrorKind.MODEL_RETIRED, False),
        (413, "", "", ErrorKind.AUDIO_TOO_LONG, False),
        (422, "Audio file must be at most 30 s", "", ErrorKind.AUDIO_TOO_LONG, False),
        (429, "slow down", "", ErrorKind.RATE_LIMITED, True),
        (429, "check your plan", "insufficient_quota", ErrorKind.RATE_LIMITED, False),
        (500, "oh", "", ErrorKind.NETWORK, True),
        (501, "never", "", ErrorKind.NETWORK, False),
        (503, "loading", "", ErrorKind.NETWORK, True),
        (529, "overloaded", "", ErrorKind.NETWORK, True),
    ],
)
def test_every_refusal_has_a_kind_and_says_what_the_server_said(
    status: int, words: str, code: str, kind: ErrorKind, again: bool
) -> None:
    fault = fault_of_refusal(Refusal(status, words, code, 3.0), "lab:8000")
    assert fault.error.kind is kind
    assert fault.again is again
    assert fault.after_s == 3.0
    assert fault.error.researcher.startswith("lab:8000 ")
    assert f"(HTTP {status}): {words or 'it gave no reason'}" in fault.error.researcher
    assert fault.error.data["status"] == status


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://login.example:8443/start?token=secret", "to login.example,"),
        ("/start?token=secret", "to another place,"),
        ("http://[broken", "to another place,"),
        ("", "to another place,"),
    ],
)
def test_a_redirect_tells_the_host_it_points_to_and_that_it_is_not_followed(
    location: str, named: str
) -> None:
    fault = fault_of_refusal(Refusal(302, "<html>moved</html>", location=location), "lab:8000")
    assert (fault.error.kind, fault.again) == (ErrorKind.NETWORK, False)
    assert f"(HTTP 302): it points {named} and redirects are not" in fault.error.researcher
    assert "secret" not in fault.error.researcher


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://api.openai.com/v1", "this machine reaches no network"),
        ("http://127.0.0.1:8000/v1", "Is it running"),
        ("http://lab:8000/v1", "Is it running"),
        ("http://gpu.local:8000/v1", "Is it running"),
    ],
)
def test_what_cannot_be_reached_is_told_by_where_it_is(address: str, told: str) -> None:
    assert told in unreachable(read_address(address), "no such name").error.researcher


def test_a_flood_of_words_is_cut() -> None:
    assert len(fault_of_refusal(Refusal(500, "a" * 10**6), "lab").error.researcher) < 2000


def test_a_library_that_stumbles_is_no_bug_of_ours() -> None:
    with pytest.raises(ValueError) as caught:
        json.loads("{")
    assert stumbled(caught.value)
    assert not stumbled(OSError())
