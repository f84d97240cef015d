"""The hash chain over everything that is kept: pure functions, no database.

Every row of every chained table has one event. The event holds a digest of the row's content and a
random salt, and a link that binds it to the event before:

    content  = canonical JSON of the row's columns that are not NULL
    digest   = SHA-256("earshot content 1\\0" + salt + content)
    link     = SHA-256("earshot link 1\\0" + previous link
                       + canonical JSON of [seq, noun, row_id, at_utc] + digest)

The link before the first event is 32 zero bytes. The link of the last event, with its number, is
the `Head`: whoever has written it down can tell later that nothing before it was edited, removed,
reordered or cut off. When a participant is erased, rows and salts go and the digests stay: the
links still verify, and without the salt a digest does not betray what it was made of.

Leaving out NULL columns means that a later schema may add nullable columns to a chained table
without touching what was written before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SALT_BYTES = 16
START = bytes(32)
"""The link before the first event."""

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_CONTENT_TAG = b"earshot content 1\0"
_LINK_TAG = b"earshot link 1\0"


def canonical_json(value: Any) -> str:
    """The one text for a JSON value: keys sorted by code point, no spaces, no needless escapes.

    Numbers are written as Python's `repr` writes them. Raises ValueError for NaN and infinities,
    TypeError for anything JSON has no word for.
    """
    return _ENCODER.encode(value)


def row_content(row: Mapping[str, Any]) -> bytes:
    """What is digested of a row: its columns that are not NULL, as canonical JSON in UTF-8."""
    kept = {column: value for column, value in row.items() if value is not None}
    return canonical_json(kept).encode()


def content_digest(salt: bytes, content: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(_CONTENT_TAG + salt + content).digest()


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the event table."""

    seq: int
    """From 1, without gaps."""
    noun: str
    """The table the row is in."""
    row_id: str
    at_utc: str
    """A label, never used for order."""
    salt: bytes | None
    """None once the row was erased."""
    digest: bytes
    link: bytes


def link_of(previous: bytes, seq: int, noun: str, row_id: str, at_utc: str, digest: bytes) -> bytes:
    """The 32 bytes that bind an event to the one before it."""
    label = canonical_json([seq, noun, row_id, at_utc]).encode()
    return hashlib.sha256(_LINK_TAG + previous + label + digest).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends; its text is printed at the end of a session and in every export."""

    seq: int
    link: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.link.hex()}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that was printed as `text`. Raises ValueError when it is none."""
        number, _, digits = text.strip().partition(":")
        link = bytes.fromhex(digits)
        if len(link) != len(START):
            raise ValueError(f"a chain head is NUMBER:64 hexadecimal digits, not {text!r}")
        return cls(int(number), link)


EMPTY_HEAD = Head(0, START)


class Fault(StrEnum):
    """What a check of the chain can find."""

    EDITED = "edited"  # a row's content is not what was digested
    DELETED = "deleted"  # an event's row is gone and no erasure names it
    ADDED = "added"  # a row has no event
    BROKEN = "broken"  # an event does not follow from the one before: edited, reordered or inserted
    MISSING = "missing"  # an event's number is skipped
    TRUNCATED = "truncated"  # the chain ends before, or differs at, a head that was printed
    UNRECORDED = "unrecorded"  # a salt was removed and no erasure names its event


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    fault: Fault
    seq: int
    """Number of the event; 0 when there is none (a row that was added)."""
    noun: str
    row_id: str

    def __str__(self) -> str:
        where = f"event {self.seq}" if self.seq else "no event"
        return f"{self.fault}: {where}, {self.noun} {self.row_id}".rstrip()


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a whole check found."""

    head: Head
    events: int
    erased: int
    """Events whose row and salt were erased, each named by an erasure in the chain."""
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


def check_links(events: Iterable[Event]) -> Iterator[Finding]:
    """Events that do not follow from the one before them, in the order given.

    Each is compared with the link that is stored before it, so one edit is reported where it is and
    not at every event after it.
    """
    previous, expected_seq = START, 1
    for event in events:
        if event.seq > expected_seq:
            yield Finding(Fault.MISSING, expected_seq, "", "")
        link = link_of(previous, event.seq, event.noun, event.row_id, event.at_utc, event.digest)
        if link != event.link or event.seq < expected_seq:
            yield Finding(Fault.BROKEN, event.seq, event.noun, event.row_id)
        previous, expected_seq = event.link, event.seq + 1


def check_content(event: Event, row: Mapping[str, Any] | None) -> Finding | None:
    """Whether a row is still what its event digested. `row` is None when it is not there.

    An event without salt has nothing left to compare: whether it may lack it is for the caller,
    who knows the erasures.
    """
    if event.salt is None:
        fault = None if row is None else Fault.EDITED
    elif row is None:
        fault = Fault.DELETED
    else:
        same = content_digest(event.salt, row_content(row)) == event.digest
        fault = None if same else Fault.EDITED
    return None if fault is None else Finding(fault, event.seq, event.noun, event.row_id)


def check_printed(events: Iterable[Event], printed: Sequence[Head]) -> Iterator[Finding]:
    """Printed heads that the chain no longer passes through."""
    wanted = {head.seq for head in printed if head.seq}
    links = {event.seq: event.link for event in events if event.seq in wanted}
    for head in printed:
        if head.seq and links.get(head.seq) != head.link:
            yield Finding(Fault.TRUNCATED, head.seq, "", "")
