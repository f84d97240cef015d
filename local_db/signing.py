"""This station's key: signs the manifest of what it exports (Ed25519, RFC 8032).

The private key never leaves its file in the data folder. Where the optional package cryptography is
not installed, exports are not signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_db.durable import fsync_file, fsync_folder
from local_db.errors import DamagedKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE = "manifest.sig"


@dataclass(frozen=True, slots=True)
class StationKey:
    """Signs; `described` is what a manifest says of it."""

    _private: Ed25519PrivateKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's 32 bytes, in hexadecimal: what a person compares."""
        return hashlib.sha256(self._public).hexdigest()

    @property
    def described(self) -> dict[str, str]:
        return {
            "algorithm": "ed25519",
            "public_key": base64.b64encode(self._public).decode(),
            "fingerprint": self.fingerprint,
        }

    def signature(self, data: bytes) -> str:
        """One line of base64, for a file of its own."""
        return base64.b64encode(self._private.sign(data)).decode() + "\n"

    @property
    def _public(self) -> bytes:
        return bytes(self._private.public_key().public_bytes_raw())


def can_sign() -> bool:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        return False
    return True


def key_in(file: Path) -> StationKey | None:
    """The key that lies there, if one does. Raises DamagedKey; needs `can_sign`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        text = file.read_bytes()
        return StationKey(
            Ed25519PrivateKey.from_private_bytes(base64.b64decode(text.strip(), validate=True))
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedKey(file, error) from error


def key_for(file: Path) -> StationKey:
    """The key that lies there, made where none does, readable by its owner alone.

    Raises DamagedKey, and OSError where it cannot be written; needs `can_sign`.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    known = key_in(file)
    if known is not None:
        return known
    made = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw())
    descriptor, beside = tempfile.mkstemp(prefix=".key-", dir=file.parent)  # 0600 from the start
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(made + b"\n")
        fsync_file(Path(beside))
        with suppress(FileExistsError):  # never over a key that another export made meanwhile
            os.link(beside, file)
        fsync_folder(file.parent)
    finally:
        Path(beside).unlink()
    found = key_in(file)
    assert found is not None
    return found


class Forged(Exception):
    """A signature that does not fit; says why."""


def signer_of(folder: Path, manifest: Mapping[str, Any], signed: bytes) -> str | None:
    """Fingerprint of the key that signed `signed`, the bytes of `manifest`; None where none did.

    Raises Forged, and ImportError where there is a signature and not `can_sign`.
    """
    stated = manifest.get("station_key")
    try:
        signature = base64.b64decode((folder / SIGNATURE).read_bytes().strip(), validate=True)
        key = base64.b64decode(stated["public_key"], validate=True)  # type: ignore[index]
    except OSError:
        if stated is None:
            return None
        raise Forged("its manifest names a key, and its signature cannot be read") from None
    except (TypeError, KeyError, binascii.Error):
        raise Forged("its signature or the key that it names is no such thing") from None
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):  # ValueError: not a key
        raise Forged("its manifest is not the one that its station signed") from None
    return hashlib.sha256(key).hexdigest()
