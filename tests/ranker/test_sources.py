"""Votes in whatever they come: a store, a data frame, a Parquet file, single votes count alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from ranker.count import tally
from ranker.counts import of_tally
from ranker.text import render
from ranker.votes import from_vote
from tests.helpers.ranker_exports import GOOD, battle, write_export

VOTE = {"model_a": "ada", "model_b": "bo", "winner": "model_a"}


def plainly(records):
    return of_tally(tally(map(from_vote, records)))


def test_folders_and_votes_are_counted_together(tmp_path):
    folder = write_export(tmp_path / "north", [*GOOD, battle(50, state="failed", choice=None)])
    one = ranker.counted([folder, str(folder), VOTE, ranker.Vote("bo", "ada", "tie")])
    assert (one.n_seen, one.n_votes) == (20, 10)
    assert {left.rule: left.count for left in one.exclusions} == {
        "duplicate": 9,
        "state failed": 1,
    }
    assert ranker.counted(VOTE).n_votes == ranker.counted([VOTE]).n_votes == 1
    assert ranker.counted(iter([VOTE, VOTE])).n_votes == 2
    assert ranker.counted([]).n_seen == 0


@pytest.mark.local
def test_a_store_beside_others_is_counted_with_them(tmp_path):
    pytest.importorskip("duckdb")
    from ranker.parts.store import open_store

    north = write_export(tmp_path / "north", [*GOOD, b"{}\n"])
    south = write_export(tmp_path / "south", [battle(3), battle(90), battle(4, choice="tie")])
    store = open_store(tmp_path / "store")
    list(store.collect([north], "1"))
    assert ranker.counted([store.folder, south]) == ranker.counted([north, south])
    assert ranker.counted(store.folder) == ranker.counted(north)


NAMES = st.sampled_from(["ada", "bo", "cy", "é"])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "vote_id": st.sampled_from([None, "", *(f"v{k:02}" for k in range(40))]),
            "station": st.sampled_from(["n", "s", None, ""]),
            "participant": st.sampled_from(["p1", "p2", None]),
            "study": st.sampled_from(["x", None]),
            "simulated": st.sampled_from([False, False, True]),
            "model_a": NAMES,
            "model_b": NAMES,
            "winner": st.sampled_from(
                [
                    *("model_a", "model_b", "tie", "both_bad", "tie (bothbad)", "cannot_judge"),
                    *("Model_A", "it's", "", None),
                ]
            ),
        }
    ),
    min_size=1,
    max_size=60,
)
ODD = st.sampled_from(
    [{}, {"model_a": None}, {"model_b": "a\u202eb"}, {"vote_id": "\x1b"}, {"station": "\n"}]
)


@pytest.mark.local
@given(records=RECORDS, odd=ODD, simulated=st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_data_frame_is_counted_as_its_rows_are(tmp_path_factory, records, odd, simulated):
    pytest.importorskip("duckdb")
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    from pyarrow import parquet

    records = [*records, records[0] | odd]
    expected = of_tally(tally(map(from_vote, records), simulated))
    table = pyarrow.Table.from_pylist(records)
    file = tmp_path_factory.mktemp("votes") / "votes.parquet"
    parquet.write_table(table, file)
    for source in (pandas.DataFrame(records), polars.from_arrow(table), table, file, str(file)):
        assert ranker.counted(source, include_simulated=simulated) == expected


NUMBERS = [
    {"vote_id": 7, "participant": 1, "model_a": 1, "model_b": 2, "winner": "model_a"},
    {"vote_id": 7, "participant": 1, "model_a": 1, "model_b": 2, "winner": "model_a"},
    {"vote_id": 8, "participant": None, "model_a": 2, "model_b": 1, "winner": "tie"},
]


def test_whole_numbers_name_systems_people_and_votes():
    one = ranker.counted(NUMBERS)
    assert (one.n_votes, one.cells.people) == (2, (("", "1"),))
    assert {left.rule: left.count for left in one.exclusions} == {"duplicate": 1}
    assert one == plainly([{**row, "participant": row["participant"] and 1.0} for row in NUMBERS])
    odd = ranker.counted([NUMBERS[0] | {"participant": 1.5}, NUMBERS[0] | {"model_a": True}])
    assert {left.rule: left.count for left in odd.exclusions} == {"malformed vote": 2}


@pytest.mark.local
def test_columns_of_numbers_name_systems_people_and_votes():
    pytest.importorskip("duckdb")
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pandas.DataFrame(NUMBERS), polars.DataFrame(NUMBERS)):  # pandas: 1.0, nan
        assert ranker.counted(frame) == ranker.counted(NUMBERS)
    whole = [row | {"participant": 3} for row in NUMBERS]
    assert ranker.counted(pandas.DataFrame(whole)) == ranker.counted(whole)


@pytest.mark.local
def test_a_table_without_winners_is_no_table_of_votes(tmp_path: Path):
    pytest.importorskip("duckdb")
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    frame = pandas.DataFrame(NUMBERS).drop(columns="winner")
    frame.to_parquet(tmp_path / "v.parquet")
    for source in (frame, polars.DataFrame(NUMBERS).drop("winner").lazy()):
        for sources in (source, [source, source]):
            with pytest.raises(ValueError, match="no column winner"):
                ranker.counted(sources)
    for sources in (tmp_path / "v.parquet", [tmp_path / "v.parquet", VOTE]):
        with pytest.raises(ranker.NoSuchExport, match="no column winner"):
            ranker.counted(sources)


@pytest.mark.local
def test_a_frame_that_polars_puts_off_is_counted_without_a_word(recwarn):
    polars = pytest.importorskip("polars")
    lazy = polars.DataFrame(NUMBERS).lazy()
    assert ranker.counted(lazy) == ranker.counted([lazy, VOTE | {"winner": None}][:1])
    assert ranker.counted([lazy, VOTE]).n_votes == 3
    assert [str(one.message) for one in recwarn if "olumn" in str(one.message)] == []


def test_votes_without_ids_in_two_sources_are_told_of(tmp_path: Path):
    both = [write_export(tmp_path / name, [battle(k)]) for k, name in enumerate(("n", "s"))]
    assert not any("have no id" in said for said in ranker.rank(both, bootstraps=60).notices)
    named = [*both, VOTE | {"vote_id": "v"}]
    assert not any("no id" in said for said in ranker.rank(named, bootstraps=60).notices)
    board = ranker.rank([*both, VOTE, VOTE], bootstraps=60)
    assert board.notices[-1] == (
        "2 votes have no id (`vote_id`): one that stands in two of the sources counted twice."
    )
    assert not any("no id" in said for said in ranker.rank([VOTE, VOTE], bootstraps=60).notices)


def test_a_board_is_printed_as_a_terminal_shows_it():
    board = ranker.rank([VOTE] * 3, bootstraps=60)
    assert str(board) == render(board)


@pytest.mark.local
def test_a_parquet_file_that_is_damaged_is_named(tmp_path: Path):
    pytest.importorskip("duckdb")
    file = tmp_path / "votes.parquet"
    file.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ranker.NoSuchExport, match=r"votes\.parquet"):
        ranker.counted(file)
