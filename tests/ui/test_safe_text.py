"""Whatever a model writes: shown, bounded, and unable to do anything."""

from __future__ import annotations

import unicodedata
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.safe_text import LONGEST_BYTES, LONGEST_RUN, MARKS_PER_BASE, in_line, safe_text

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(codec="utf-8"),
        st.sampled_from("\r\n\t\x00\x1b\x7f\u202e\u2066\u2069\u0301\u200d\u2028\ufffcᄀ👨"),
    ),
    max_size=300,
)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(ANY_TEXT)
def test_twice_is_once(raw: str) -> None:
    once = safe_text(raw)
    twice = safe_text(once.text)
    assert twice.text == once.text
    assert not twice.truncated


@given(ANY_TEXT)
def test_nothing_that_controls_is_left(raw: str) -> None:
    text = safe_text(raw).text
    assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in text)
    assert not set(BIDI) & set(text)
    assert all(unicodedata.category(char) != "Cs" for char in text)
    assert "\u2028" not in text
    assert "\ufffc" not in text
    text.encode()


@given(ANY_TEXT)
def test_at_most_four_marks_on_a_base(raw: str) -> None:
    marks = (c[0] == "M" for c in map(unicodedata.category, safe_text(raw).text))
    assert all(len(list(run)) <= MARKS_PER_BASE for is_mark, run in groupby(marks) if is_mark)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=400))
def test_ordinary_text_is_left_alone(raw: str) -> None:
    assert safe_text(raw).text == raw


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\x7fb", "a␡b"),
        ("a\x9bb", "a‹9B›b"),
        ("safe\u202egpj.exe", "safe‹RLO›gpj.exe"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\ud800b", "a\ufffdb"),
        ("\ufdd0\ufffe\U0001ffff", "\ufffd\ufffd\ufffd"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("<b>x</b> <img src='file:///etc/passwd'>", "<b>x</b> <img src='file:///etc/passwd'>"),
    ],
)
def test_shown_as_symbols(raw: str, shown: str) -> None:
    assert safe_text(raw).text == shown


def test_one_word_of_a_megabyte() -> None:
    safe = safe_text("x" * 1_000_000)
    assert safe.truncated
    assert len(safe.text.encode()) <= LONGEST_BYTES
    assert {len(run) for run in safe.text.split("\n")[:-1]} == {LONGEST_RUN}


@pytest.mark.parametrize("unit", ["漢", "é", "a ", "\u202e", "👨\u200d", "ᄀ", "\n", "\x00"])
def test_never_over_the_limit(unit: str) -> None:
    safe = safe_text(unit * 200_000)
    assert len(safe.text.encode()) <= LONGEST_BYTES
    assert safe.truncated


def test_exactly_the_limit_is_whole() -> None:
    assert safe_text("ab " * 21_845 + "c").truncated is False
    assert safe_text("ab " * 21_845 + "cd").truncated is True


def test_chinese_has_its_own_places_to_break() -> None:
    assert safe_text("漢字" * 2_000).text == "漢字" * 2_000


@pytest.mark.parametrize("glue", ["\u00a0", "\u2060", "\u200d"])
def test_glue_is_no_place_to_break(glue: str) -> None:
    lines = safe_text(f"a{glue}" * 3_000).text.split("\n")
    assert max(map(len, lines)) <= 2 * LONGEST_RUN + 1


def test_a_break_never_parts_a_letter_from_its_mark() -> None:
    lines = safe_text("e\u0301" * 2_000).text.split("\n")
    assert len(lines) > 1
    assert all(line.startswith("e") for line in lines)


@given(ANY_TEXT)
def test_in_a_line_it_stays_isolated(raw: str) -> None:
    text = in_line(raw, longest=40)
    assert "\n" not in text
    assert len(text) <= 42
    assert text == "" or (text[0] == "\u2068" and text[-1] == "\u2069")
    assert not set(BIDI) & set(text[1:-1])


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert in_line("word " * 100, longest=20) == "\u2068word word word word…\u2069"
