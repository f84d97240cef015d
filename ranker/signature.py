"""Who signed an export, and whether it is still the one that was signed.

An export names its station's key in `manifest.json` and signs that file in `manifest.sig`; the
manifest holds the SHA-256 of the battles, so the signature covers them (RFC 8032; docs/export.md).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ranker.parts.errors import NeedsLibrary

SIGNATURE = "manifest.sig"


class Forged(Exception):
    """A signature that does not fit; says why."""


def fingerprint_of(public_key: bytes) -> str:
    """SHA-256 of the 32 bytes of the key, in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


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
