"""An address, and a client that tells a server nothing but the request.

No redirect is followed: neither a recording nor a key goes to a place that nobody named. Numbers of
this machine and of private networks are asked directly, whatever proxy the environment names;
everything else goes through that proxy, as it does for every other program.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engines.errors import EngineError, ErrorKind

CONNECT_S = 5.0
"""The longest wait for a connection."""

# Headers by which the SDKs tell the system, processor and Python of this machine.
_TELLING = ("x-stainless-", "x-goog-api-client")

_KEY_HEADERS = ("authorization", "x-goog-api-key")


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    """Without a slash at its end."""
    server: str
    """Host and port, for sentences."""
    near: bool
    """This machine, or a number of a private network."""

    @property
    def public(self) -> bool:
        """Whether the way there leads out of this house, as far as the name tells."""
        host = urlsplit(self.url).hostname or ""
        inside = "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
        return not self.near and not inside


def read_address(value: object, *, path: str = "") -> Address:
    """Check an address; `path` is added where it has none.

    Raises EngineError (`internal`) for what is no `http://` or `https://` address, and for one
    that carries a password: it would be stored with every answer.
    """
    parts = _split(value)
    if "@" in str(value) or (parts is not None and (parts.query or parts.fragment)):
        sentence = "An address must hold no password, no @ and no parameters."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    if parts is None:
        sentence = f"{value!r} is no address; one looks like http://127.0.0.1:8000/v1."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or path}"
    return Address(url, parts.netloc, _is_near(parts.hostname or ""))


def _split(value: object) -> SplitResult | None:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        # Asking for the port is what checks it.
        right = parts is not None and parts.hostname and (parts.port is None or parts.port)
    except ValueError:  # a port that is no number, a bracket that is never closed
        return None
    return parts if right and parts is not None and parts.scheme in ("http", "https") else None


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:  # a name
        return False


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
