"""Addresses, and which of them a proxy never sees."""

from __future__ import annotations

import pytest

from engines.address import read_address
from engines.errors import EngineError, ErrorKind


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
        "http://lab:notaport", "http://lab/v1?key=secret", "http://[::1", "http://[::1/v1?key=secret",
        "http://lab/v1#secret",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_and_no_password_repeated(written: object) -> None:
    with pytest.raises(EngineError) as caught:
        read_address(written)
    assert caught.value.kind is ErrorKind.INTERNAL
    assert "a:b" not in caught.value.researcher
    assert "secret" not in caught.value.researcher
