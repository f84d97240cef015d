"""Addresses, and which of them a proxy never sees."""

from __future__ import annotations

import os
from datetime import date

import pytest

from engines.errors import EngineError, ErrorKind
from engines.remote.http import drop_variables, read_address
from engines.remote.listing import Listed, no_such_model, read_date, warning_of


@pytest.mark.parametrize(
    ("written", "url", "server", "near"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1", "127.0.0.1:8000", True),
        ("http://localhost:8000/v1/", "http://localhost:8000/v1", "localhost:8000", True),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", "[::1]:8000", True),
        ("http://192.168.1.5/v1", "http://192.168.1.5/v1", "192.168.1.5", True),
        ("https://api.openai.com", "https://api.openai.com/v1", "api.openai.com", False),
        ("https://lab.example/llm", "https://lab.example/llm", "lab.example", False),
    ],
)
def test_an_address_is_read(written: str, url: str, server: str, near: bool) -> None:
    address = read_address(written, path="/v1")
    assert (address.url, address.server, address.near) == (url, server, near)


@pytest.mark.parametrize(
    "written",
    [
        None, 5, "", "lab:8000", "file:///etc/passwd", "http://", "http://a:b@lab/v1",
        "ftp://a:b@lab/v1",
        "http://lab:notaport", "http://lab/v1?key=secret", "http://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_and_no_password_repeated(written: object) -> None:
    with pytest.raises(EngineError) as caught:
        read_address(written)
    assert caught.value.kind is ErrorKind.INTERNAL
    assert "a:b" not in caught.value.researcher


def test_only_the_variables_of_an_sdk_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    drop_variables("OPENAI_")
    assert "OPENAI_BASE_URL" not in os.environ
    assert os.environ["HTTPS_PROXY"] == "http://proxy"


def test_a_long_list_of_models_is_named_in_part_and_given_whole() -> None:
    listed = [Listed(f"m{n}") for n in range(50)]
    error = no_such_model("x", listed, "lab")
    assert error.data["choices"] == [f"m{n}" for n in range(50)]
    assert "m19 …" in error.researcher
    assert "lists none" in no_such_model("x", [], "lab").researcher


def test_the_day_of_a_models_end_is_its_first_day_without() -> None:
    ending = Listed("m", date(2027, 1, 20))
    assert "2027-01-20" in warning_of(ending, "lab", date(2027, 1, 19))
    assert warning_of(Listed("m"), "lab") == ""
    with pytest.raises(EngineError) as caught:
        warning_of(ending, "lab", date(2027, 1, 20))
    assert caught.value.kind is ErrorKind.MODEL_RETIRED


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-01-20", date(2027, 1, 20)),
        ("2027-01-20T00:00:00Z", date(2027, 1, 20)),
        ("soon", None),
        (None, None),
        (20270120, None),
    ],
)
def test_dates_are_read_where_they_are_dates(said: object, day: date | None) -> None:
    assert read_date(said) == day
