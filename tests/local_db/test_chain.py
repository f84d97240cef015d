"""The chain as arithmetic: what it finds, on sequences of events alone."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_db.chain import (
    START,
    Event,
    Fault,
    Head,
    canonical_json,
    check_content,
    check_links,
    check_printed,
    content_digest,
    link_of,
    row_content,
)

SALT = bytes(range(16))


def chain(rows: list[dict[str, Any]]) -> list[Event]:
    events: list[Event] = []
    link = START
    for seq, row in enumerate(rows, 1):
        digest = content_digest(SALT, row_content(row))
        link = link_of(link, seq, "vote", row["id"], "2026-11-22T00:00:00.000Z", digest)
        events.append(Event(seq, "vote", row["id"], "2026-11-22T00:00:00.000Z", SALT, digest, link))
    return events


ROWS = [{"id": f"vote-{number}", "choice": "a", "note": None} for number in range(8)]


def test_an_untouched_chain_has_no_findings() -> None:
    events = chain(ROWS)
    assert list(check_links(events)) == []
    assert [check_content(event, row) for event, row in zip(events, ROWS, strict=True)] == [
        None
    ] * 8


def test_the_digest_is_what_the_page_says_it_is() -> None:
    content = b'{"choice":"a","id":"vote-0"}'
    assert row_content(ROWS[0]) == content
    assert (
        content_digest(SALT, content)
        == hashlib.sha256(b"earshot content 1\0" + SALT + content).digest()
    )


def test_a_later_nullable_column_leaves_old_digests_as_they_were() -> None:
    assert row_content({"id": "1", "choice": "a", "new_column": None}) == row_content(
        {"id": "1", "choice": "a"}
    )


@pytest.mark.parametrize("position", range(8))
def test_an_edited_row_is_found(position: int) -> None:
    finding = check_content(chain(ROWS)[position], {**ROWS[position], "choice": "b"})
    assert finding is not None
    assert (finding.fault, finding.seq) == (Fault.EDITED, position + 1)


@pytest.mark.parametrize("position", range(8))
def test_a_deleted_row_is_found(position: int) -> None:
    finding = check_content(chain(ROWS)[position], None)
    assert finding is not None
    assert finding.fault is Fault.DELETED


@pytest.mark.parametrize("position", range(7))
def test_a_deleted_event_is_found_where_it_was(position: int) -> None:
    events = chain(ROWS)
    del events[position]
    faults = [(finding.fault, finding.seq) for finding in check_links(events)]
    assert faults == [(Fault.MISSING, position + 1), (Fault.BROKEN, position + 2)]


@pytest.mark.parametrize("field", ["seq", "noun", "row_id", "at_utc", "digest", "link"])
def test_an_edited_event_is_found(field: str) -> None:
    events = chain(ROWS)
    changed = {"seq": 9, "digest": START, "link": START}.get(field, "other")
    events[3] = replace(events[3], **{field: changed})
    assert next(check_links(events)).fault in (Fault.BROKEN, Fault.MISSING)


@given(st.permutations(range(8)))
def test_reordered_rows_are_found(order: list[int]) -> None:
    """The same events under exchanged numbers: any order but the true one breaks a link."""
    events = chain(ROWS)
    shuffled = [replace(events[old], seq=seq) for seq, old in enumerate(order, 1)]
    assert bool(list(check_links(shuffled))) == (order != list(range(8)))


@pytest.mark.parametrize("left", range(8))
def test_a_truncated_chain_is_found_by_the_printed_head_and_only_by_it(left: int) -> None:
    events = chain(ROWS)
    printed = Head.parse(str(Head(events[-1].seq, events[-1].link)))
    cut = events[:left]
    assert list(check_links(cut)) == []
    assert [finding.fault for finding in check_printed(cut, [printed])] == [Fault.TRUNCATED]
    assert list(check_printed(events, [printed])) == []


def test_a_chain_that_was_written_anew_is_found_by_any_head_printed_before() -> None:
    printed = [Head(event.seq, event.link) for event in chain(ROWS)]
    forged = chain([ROWS[0], {**ROWS[1], "choice": "b"}, *ROWS[2:]])
    assert list(check_links(forged)) == []
    assert [finding.seq for finding in check_printed(forged, printed)] == [2, 3, 4, 5, 6, 7, 8]


def test_without_row_and_salt_the_links_still_verify() -> None:
    events = [replace(event, salt=None) for event in chain(ROWS)]
    assert list(check_links(events)) == []
    assert [check_content(event, None) for event in events] == [None] * 8


def test_a_row_that_outlived_its_salt_is_not_believed() -> None:
    finding = check_content(replace(chain(ROWS)[0], salt=None), ROWS[0])
    assert finding is not None
    assert finding.fault is Fault.EDITED


def test_equal_rows_have_different_digests_under_different_salts() -> None:
    """Else an erased vote could be guessed by trying all five choices."""
    content = row_content(ROWS[0])
    assert content_digest(SALT, content) != content_digest(bytes(16), content)


@pytest.mark.parametrize("text", ["", "7", "7:ab", "7:zz", "x:" + "0" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Head.parse(text)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(text, json_values, max_size=4))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(backwards)
    assert json.loads(canonical_json(value)) == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_canonical_json_has_no_word_for_what_is_no_number(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": number})
