"""A client that tells a server nothing but the request.

No redirect is followed: neither a recording nor a key goes to a place that nobody named. Numbers of
this machine and of private networks are asked directly, whatever proxy the environment names;
everything else goes through that proxy, as it does for every other program.
"""

from __future__ import annotations

import os
from typing import Any

from engines.address import Address

CONNECT_S = 5.0
"""The longest wait for a connection."""

# Headers by which the SDKs tell the system, processor and Python of this machine.
_TELLING = ("x-stainless-", "x-goog-api-client")

_KEY_HEADERS = ("authorization", "x-goog-api-key")


def open_client(address: Address, *, keyless: bool = False) -> Any:
    """An `httpx2.AsyncClient` for one server. `keyless` takes the header of a key away."""
    import httpx2

    async def bare(request: httpx2.Request) -> None:
        for name in list(request.headers):
            if name.lower().startswith(_TELLING):
                del request.headers[name]
        request.headers["user-agent"] = "Earshot"
        if keyless:
            for name in _KEY_HEADERS:
                request.headers.pop(name, None)

    return httpx2.AsyncClient(
        follow_redirects=False,
        trust_env=not address.near,
        timeout=httpx2.Timeout(None, connect=CONNECT_S),  # silence is `patience`'s
        event_hooks={"request": [bare]},
    )


def drop_variables(*prefixes: str) -> None:
    """Make an SDK read nothing but what it is given: not another address, project or key."""
    for name in list(os.environ):
        if name.startswith(prefixes):
            del os.environ[name]
