"""The address of a server: read, checked, and what it tells of the way there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from engines.errors import EngineError, ErrorKind


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    """Without a slash at its end."""
    server: str
    """Host and port, for sentences."""
    near: bool
    """This machine, or a number of a private network."""

    @property
    def origin(self) -> str:
        """Scheme, host and port: whom a key is sent to."""
        return f"{urlsplit(self.url).scheme}://{self.server.lower()}"

    @property
    def host(self) -> str:
        """Without its port, in small letters."""
        return urlsplit(self.url).hostname or ""

    @property
    def public(self) -> bool:
        """Whether the way there leads out of this house, as far as the name tells."""
        host = self.host
        inside = "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))
        return not self.near and not inside


def read_address(value: object, *, path: str = "") -> Address:
    """Check an address; `path` is added where it has none.

    Raises EngineError (`internal`) for what is no `http://` or `https://` address, and for one
    that may carry a password: it would be stored with every answer. What it carries is not said.
    """
    if any(sign in str(value) for sign in "@?#"):
        sentence = (
            "An address must hold no password, no @ and no parameters: it is written down. "
            'A key has a name: --key NAME, or key = "NAME".'
        )
        raise EngineError(ErrorKind.INTERNAL, sentence)
    parts = _split(value)
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
