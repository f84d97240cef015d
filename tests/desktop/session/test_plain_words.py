"""Markdown marks go, words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.session.plain_words import plain_words

WORDS = st.lists(st.from_regex(r"[a-zäñก-ฮ一-十]{1,8}", fullmatch=True), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("One **bold** and *two* `code`.", "One bold and two code."),
        ("2 * 3 * 4 is 24, snake_case_name", "2 * 3 * 4 is 24, snake_case_name"),
        ("# Title\n\nText", "Title\n\nText"),
        ("- one\n- two\n  - deep\n\nAfter", "one\ntwo\ndeep\n\nAfter"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("0. zero", "0. zero"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nend", "a, b\n1, 2\n\nend"),
        ("```py\nx = 1\n```\nend", "x = 1\n\nend"),
        ("[a link](http://x.y) and ![a picture](i.png)", "a link and a picture"),
        ("> quoted\n> twice", "quoted\ntwice"),
        ("~~no~~ yes", "no yes"),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
        ("<b>hi</b>", "<b>hi</b>"),
        ("", ""),
        ("2*3*4 = 24", "2*3*4 = 24"),
        ("5*4*2 m.", "5*4*2 m."),
        ("x = a*b*c", "x = a*b*c"),
        ("x**2 + y**2 = r**2", "x**2 + y**2 = r**2"),
        ("*2*3* and **a*b**", "2*3 and a*b"),
        ("**Apple**s, *Apple* and ***Apple***", "Apples, Apple and Apple"),
        ("这是**重点**内容", "这是重点内容"),
        ("นี่คือ*สำคัญ*มาก", "นี่คือสำคัญมาก"),
        ("1) one\n2) two", "1) one\n2) two"),
        ("1. one\n1. one\n\n7. seven", "1. one\n1. one\n7. seven"),
        ("[Answer]: 42\n\n[a]: http://x.y", "[Answer]: 42\n\n[a]: http://x.y"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, plain: str) -> None:
    assert plain_words(markdown) == plain


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=4).map("\n".join))
def test_a_text_without_marks_stays_as_it_is(text: str) -> None:
    assert plain_words(text) == text


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z0-9]{1,3}", fullmatch=True),
            st.sampled_from(["*", "**", " * ", "_", "__", " - ", ", "]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_sum_stays_as_it_is(parts: list[tuple[str, str]]) -> None:
    text = "".join(operand + sign for operand, sign in parts) + "z"
    assert plain_words(text) == text


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_every_way_to_mark_the_same_words_reads_the_same(lines: list[list[str]]) -> None:
    told = [" ".join(words) for words in lines]
    plain = "\n".join(told)
    assert plain_words("\n".join(f"- {line}" for line in told)) == plain
    assert plain_words("\n".join(f"* **{line}**" for line in told)) == plain


@given(st.text(max_size=300))
def test_nothing_breaks_it(text: str) -> None:
    plain_words(text)
