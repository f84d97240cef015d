"""Who sent a part: Ed25519 signatures of manifests, and the keys that a store trusts.

An export names its station's key in `manifest.json` and signs that file in `manifest.sig`; the
manifest holds the SHA-256 of the battles, so the signature covers them (RFC 8032; docs/export.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ranker.parts.errors import NeedsLibrary, NotAStore, StoreProblem
from ranker.parts.files import write_whole

STATIONS = "stations.toml"
SIGNATURE = "manifest.sig"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_HEADER = (
    "# Keys whose parts are taken in; without any, every part is. Written by `collect --trust`.\n"
)


class BadTrust(StoreProblem):
    """What was typed after --trust."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"{said!r:.120} names no key. Nothing was changed.",
            "Type NAME=FINGERPRINT: letters, digits, - and _, then the 64 hexadecimal digits that "
            "`doctor` prints at the station.",
        )


class SharedKey(StoreProblem):
    """A second name for a key: the keys of two stations are never the same."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(
            f"The fingerprint given for {name} is that of {other} already. Nothing was changed.",
            f"Read the one that `doctor` prints at {name}; to call a key by another name, change "
            f"it in {STATIONS}.",
        )


class Forged(Exception):
    """A signature that does not fit; says why."""


def fingerprint_of(public_key: bytes) -> str:
    """SHA-256 of the 32 bytes of the key, in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def trusted(store: Path) -> dict[str, str]:
    """Fingerprint -> name. Raises NotAStore when the list cannot be read: nobody may guess."""
    path = store / STATIONS
    if not path.exists():
        return {}
    try:
        stations = tomllib.loads(path.read_bytes().decode())["stations"]
        pairs = {name: _fingerprint(text) for name, text in stations.items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        # ValueError: neither UTF-8 nor TOML nor a fingerprint
        raise NotAStore(store, f"its {STATIONS} cannot be read ({error})") from error
    return {fingerprint: name for name, fingerprint in pairs.items()}


def trust(store: Path, said: str) -> tuple[str, str]:
    """Add NAME=FINGERPRINT to the list, or give NAME another key; returns both. Raises BadTrust,
    SharedKey."""
    name, _, text = said.partition("=")
    try:
        fingerprint = _fingerprint(text)
    except ValueError:
        raise BadTrust(said) from None
    if not _NAME.fullmatch(name):
        raise BadTrust(said)
    names = trusted(store)
    if names.get(fingerprint, name) != name:
        raise SharedKey(name, names[fingerprint])
    known = {known: name for name, known in names.items()} | {name: fingerprint}
    lines = [f'{name} = "{known[name]}"\n' for name in sorted(known)]
    write_whole(store / STATIONS, "".join([_HEADER, "[stations]\n", *lines]).encode())
    return name, fingerprint


def _fingerprint(text: object) -> str:
    """However it was grouped and spelled. Raises ValueError."""
    plain = re.sub(r"[\s:]", "", text).lower() if isinstance(text, str) else ""
    if not _FINGERPRINT.fullmatch(plain):
        raise ValueError("not a fingerprint")
    return plain


def signer_of(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Fingerprint of the key that signed the folder's manifest; None where nobody did.

    Raises Forged, and NeedsLibrary where there is a signature and nothing to check it with.
    """
    path = folder / SIGNATURE
    stated = manifest.get("station_key")
    if not path.is_file():
        if stated is not None:
            raise Forged("its manifest names a key, and its signature is gone")
        return None
    try:
        key = base64.b64decode(stated["public_key"], validate=True)  # type: ignore[index]
        signature = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (TypeError, KeyError, binascii.Error):
        raise Forged("its signature or the key that it names is no such thing") from None
    if not _fits(key, signature, (folder / "manifest.json").read_bytes()):
        raise Forged("its manifest is not the one that its station signed")
    return fingerprint_of(key)


def _fits(key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise NeedsLibrary("cryptography", "Checking who signed a part") from error
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):  # ValueError: not a key
        return False
    return True
