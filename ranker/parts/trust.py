"""Whose parts a store takes in: the keys that it trusts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ranker.parts.errors import NotAStore, StoreProblem
from ranker.parts.files import write_whole

STATIONS = "stations.toml"
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


class OtherKey(StoreProblem):
    """A second key for a name: what the first has signed would be shut out without a word."""

    def __init__(self, name: str, known: str) -> None:
        super().__init__(
            f"{name} is trusted with another key already ({known}). Nothing was changed.",
            f"Where the station has a new key, give it another name, {name}-2 for example: what "
            "the old key has signed stays trusted. To trust the old one no longer, delete its line "
            f"in {STATIONS}.",
        )


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
    """Add NAME=FINGERPRINT to the list; returns both. Raises BadTrust, SharedKey, OtherKey."""
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
    known = {known: key for key, known in names.items()}
    if known.setdefault(name, fingerprint) != fingerprint:
        raise OtherKey(name, known[name])
    lines = [f'{name} = "{known[name]}"\n' for name in sorted(known)]
    write_whole(store / STATIONS, "".join([_HEADER, "[stations]\n", *lines]).encode())
    return name, fingerprint


def _fingerprint(text: object) -> str:
    """However it was grouped and spelled. Raises ValueError."""
    plain = re.sub(r"[\s:]", "", text).lower() if isinstance(text, str) else ""
    if not _FINGERPRINT.fullmatch(plain):
        raise ValueError("not a fingerprint")
    return plain
