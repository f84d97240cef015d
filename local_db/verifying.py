"""The whole hash chain of a database, checked against the rows it vouches for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from local_db.chain import (
    EMPTY_HEAD,
    ChainReport,
    Event,
    Fault,
    Finding,
    Head,
    check_content,
    check_links,
    check_printed,
)
from local_db.schema import CHAINED


def verify(connection: sqlite3.Connection, printed: Sequence[Head] = ()) -> ChainReport:
    """Check every link, every row, and that the chain passes through the heads in `printed`.

    Finds rows edited, removed or added behind the store's back, events edited, reordered, removed
    or cut off at the end (the last only with a printed head). Read it inside `connection.snapshot`.
    """
    events = [Event(*row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
    last = events[-1] if events else None
    erased = {event.seq for event in events if event.salt is None}
    findings = [
        *check_links(events),
        *check_printed(events, printed),
        *_unrecorded(connection, events, erased),
        *_rows(connection, events),
    ]
    return ChainReport(
        head=EMPTY_HEAD if last is None else Head(last.seq, last.link),
        events=len(events),
        erased=len(erased),
        findings=tuple(sorted(findings, key=lambda finding: finding.seq)),
    )


def _unrecorded(
    connection: sqlite3.Connection, events: Iterable[Event], erased: set[int]
) -> Iterator[Finding]:
    named: set[int] = set()
    for (seqs,) in connection.execute("SELECT seqs FROM erasure"):
        named.update(json.loads(seqs))
    for event in events:
        if event.seq in erased - named:
            yield Finding(Fault.UNRECORDED, event.seq, event.noun, event.row_id)


def _rows(connection: sqlite3.Connection, events: Sequence[Event]) -> Iterator[Finding]:
    events_of: dict[str, list[Event]] = {noun: [] for noun in CHAINED}
    for event in events:
        if event.noun in events_of:
            events_of[event.noun].append(event)
        else:
            yield Finding(Fault.BROKEN, event.seq, event.noun, event.row_id)
    for noun, key in CHAINED.items():
        rows = {row[key]: dict(row) for row in connection.execute(f"SELECT * FROM {noun}")}
        for event in events_of[noun]:
            finding = check_content(event, rows.pop(event.row_id, None))
            if finding is not None:
                yield finding
        for row_id in rows:
            yield Finding(Fault.ADDED, 0, noun, row_id)
