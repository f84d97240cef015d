"""Votes in whatever they come: a store, a data frame, a Parquet file, single votes count alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from ranker.count import tally
from ranker.counts import of_tally
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


@pytest.mark.local
def test_columns_of_numbers_are_no_votes_and_no_crash():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"model_a": [1, 2], "model_b": [2, 3], "winner": ["tie", "tie"]})
    assert ranker.counted(frame).exclusions == plainly(frame.to_dict("records")).exclusions
    assert ranker.counted(frame[["winner"]]).exclusions[0].example == "model_a is missing"


@pytest.mark.local
def test_a_parquet_file_that_is_damaged_is_named(tmp_path: Path):
    pytest.importorskip("duckdb")
    file = tmp_path / "votes.parquet"
    file.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(ranker.NoSuchExport, match=r"votes\.parquet"):
        ranker.counted(file)
