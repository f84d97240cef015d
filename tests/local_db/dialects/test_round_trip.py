"""Votes written in a dialect and read back are the same votes."""

from __future__ import annotations

import csv
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_db.dialects import DIALECTS, PlainVote, cells
from local_db.dialects.plain import OUTCOMES, PlainAnswer, PlainTake, PlainTurn
from local_db.errors import UnknownLabel

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co", "Z"]), min_size=1, max_size=12
).filter(str.isprintable)
keys = st.none() | st.uuids().map(str)
times = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
)
ms = st.none() | st.floats(0, 1e6).map(lambda value: round(value, 3))
answers = st.builds(PlainAnswer, text=any_text, first_ms=ms, total_ms=ms)
turns = st.builds(
    PlainTurn,
    said=any_text,
    a=answers,
    b=answers,
    take=st.just(PlainTake("2026/one.wav", "ab" * 32)),
)
votes = st.builds(
    PlainVote,
    id=st.uuids().map(str),
    model_a=names,
    model_b=names,
    outcome=st.sampled_from(OUTCOMES),
    participant=keys,
    session=keys,
    station=keys,
    study=st.none() | names,
    simulated=st.booleans(),
    at_utc=times,
    strength=st.sampled_from([None, "slightly", "clearly"]),
    why=st.none() | any_text.filter(bool),
    turns=st.lists(turns, min_size=1, max_size=3).map(tuple),
)


def bare(vote: PlainVote) -> PlainVote:
    """What every dialect keeps: who voted, on what, and how."""
    return replace(vote, number=None, why=None, turns=())


@pytest.mark.parametrize(
    "name",
    [pytest.param(x, marks=[pytest.mark.local] * (x == "parquet")) for x in DIALECTS],
)
@settings(max_examples=12, deadline=None)
@given(st.lists(votes, max_size=3))
def test_the_same_votes_come_back(name: str, given_votes: list[PlainVote]) -> None:
    dialect = DIALECTS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, Path(dialect.file).name)
        dialect.write(given_votes, path)
        first = path.read_bytes()
        back = list(dialect.read(path))
        dialect.write(given_votes, path)
        assert path.read_bytes() == first
    assert [bare(vote) for vote in back] == [bare(vote) for vote in given_votes]


@settings(max_examples=50, deadline=None)
@given(st.lists(any_text, max_size=6))
def test_every_cell_comes_back_and_none_is_a_formula(texts: list[str]) -> None:
    columns = [str(nth) for nth in range(len(texts))] or ["0"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cells.csv")
        cells.write_csv(path, columns, [dict(zip(columns, texts, strict=False))])
        with path.open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
        (back,) = cells.read_csv(path) if any(texts) else [dict.fromkeys(columns)]
    assert not [cell for row in rows for cell in row if cell.startswith(tuple(cells.TRIGGERS))]
    assert [back[column] or "" for column in columns][: len(texts)] == texts


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1+1", "''@x", "＝1+1"]
)
def test_a_formula_is_written_as_text(text: str) -> None:
    assert cells.safe(text) == f"'{text}"
    assert cells.unsafe(cells.safe(text)) == text


@pytest.mark.parametrize("text", ["'tis", "a=b", "", "Bangkok"])
def test_other_text_is_written_as_it_is(text: str) -> None:
    assert cells.safe(text) == cells.unsafe(text) == text


def test_numbers_stay_numbers() -> None:
    assert cells.safe(-6.25) == -6.25


def test_tie_and_both_bad_stay_apart_where_the_reader_knows_no_difference(tmp_path: Path) -> None:
    two = [PlainVote("x", "ada", "bo", outcome) for outcome in ("tie", "both_bad")]
    DIALECTS["evalica"].write(two, tmp_path / "evalica.csv")
    with (tmp_path / "evalica.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["winner"] for row in rows] == ["tie", "tie"]
    assert [row["outcome"] for row in rows] == ["tie", "both_bad"]
    DIALECTS["talkarena"].write([two[1]], tmp_path / "talkarena.json")
    (row,) = json.loads((tmp_path / "talkarena.json").read_text())["_default"].values()
    assert (row["outcome"], row["both_bad"]) == (0.5, True)


def test_both_bad_and_contents_are_spelled_as_each_reader_wants_them(tmp_path: Path) -> None:
    turn = PlainTurn("who", PlainAnswer("# x"), PlainAnswer("y"))
    vote = PlainVote("x", "ada", "bo", "both_bad", turns=(turn,))
    for name in ("fastchat", "lmarena"):
        DIALECTS[name].write([vote], tmp_path / name)
    (fastchat,) = json.loads((tmp_path / "fastchat").read_text())
    lmarena = json.loads((tmp_path / "lmarena").read_text())
    assert (fastchat["winner"], lmarena["winner"]) == ("tie (bothbad)", "both_bad")
    assert fastchat["conversation_a"][1]["content"] == "# x"
    assert lmarena["conversation_a"][1]["content"][0]["text"] == "# x"
    assert lmarena["evaluation_order"] == 1
    assert fastchat["conv_metadata"] == lmarena["conv_metadata"]


@pytest.mark.parametrize("name", DIALECTS)
def test_a_vote_that_no_dialect_has_a_word_for_is_not_written(name: str, tmp_path: Path) -> None:
    take = PlainTake("one.wav", "ab" * 32)
    turn = PlainTurn("", PlainAnswer("x"), PlainAnswer("y"), take)
    vote = PlainVote("battle-7", "ada", "bo", "A", turns=(turn,))
    with pytest.raises(UnknownLabel, match="battle-7 says 'A'"):
        DIALECTS[name].write([vote], tmp_path / "file")
