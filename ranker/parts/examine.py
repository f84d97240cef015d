"""Whether an exported folder may become a part, and what to say where it may not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ranker.read import BATTLES, SCHEMA
from ranker.signature import SIGNATURE, Forged, signer_of

MANIFEST = "manifest.json"

FORGED = "This part is forged: "
"""How the reason begins where a signature does not fit."""
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Examined:
    """An exported folder by its content."""

    content: str
    """SHA-256 of its battles.jsonl: what recognises a part that is sent again."""
    size: int
    """Of that file, in bytes."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    signer: str | None = None
    """Fingerprint of the key that signed it."""
    envelope: str = ""
    """The beginning of the SHA-256 of manifest and signature: the same battles may come in many."""
    refused: str = ""
    """Why it is quarantined, as a sentence; empty where it may be taken in."""


def examine(folder: Path, trusted: Mapping[str, str]) -> Examined:
    """What is in `folder`, held against its manifest and against the `trusted` keys.

    Raises OSError, and NeedsLibrary where a signature cannot be checked.
    """
    battles = folder / BATTLES
    with battles.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").hexdigest()
    size = battles.stat().st_size
    manifest = _manifest(folder / MANIFEST)
    envelope = _envelope(folder)
    try:
        signer = signer_of(folder, manifest)
    except Forged as why:
        return Examined(content, size, manifest, None, envelope, f"{FORGED}{why}.")
    refused = (
        _of_a_newer_program(manifest)
        or _not_trusted(signer, trusted)
        or _not_as_written(manifest, content, size, bool(trusted))
        or _broken_chain(manifest)
    )
    return Examined(content, size, manifest, signer, envelope, refused)


def _envelope(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (MANIFEST, SIGNATURE):
        path = folder / name
        raw = path.read_bytes() if path.is_file() else b""
        digest.update(hashlib.sha256(raw).digest())
    return digest.hexdigest()[:_SHORT]


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes().decode()) if path.is_file() else None
    except (ValueError, RecursionError):
        manifest = None
    return manifest if isinstance(manifest, dict) else {}


def _of_a_newer_program(manifest: Mapping[str, Any]) -> str:
    schema = manifest.get("schema")
    if not isinstance(schema, int) or schema <= SCHEMA:
        return ""
    return (
        f"This part is of schema {schema}, and this program understands up to {SCHEMA}: update it, "
        "and collect the part again."
    )


def _not_trusted(signer: str | None, trusted: Mapping[str, str]) -> str:
    if not trusted or signer in trusted:
        return ""
    if signer is None:
        return "This part is not signed, and this store takes in signed parts only."
    return (
        f"This part is signed by a key that this store does not trust ({signer}). If it is that of "
        "a station of yours: collect it again with --trust NAME=FINGERPRINT."
    )


def _not_as_written(manifest: Mapping[str, Any], content: str, size: int, only_signed: bool) -> str:
    files = manifest.get("files")
    found = files.get(BATTLES) if isinstance(files, dict) else None
    stated = found if isinstance(found, dict) else {}
    if only_signed and not isinstance(stated.get("sha256"), str):
        return (
            "This part's manifest does not say which battles were signed, so that anything may lie "
            "beside it: have the station export again."
        )
    promised = stated.get("bytes")
    if isinstance(promised, int) and size < promised:
        return (
            f"This part was cut off: {size:,} of {promised:,} bytes of its battles are there. Have "
            "it sent again."
        )
    if stated.get("sha256") not in (None, content):
        return "This part is forged or damaged: its battles are not the ones that were exported."
    return ""


def _broken_chain(manifest: Mapping[str, Any]) -> str:
    chain = manifest.get("chain")
    if not isinstance(chain, dict) or chain.get("ok") is not False:
        return ""
    return "The hash chain of its station is broken: records were changed outside the program."
