"""Frames, Parquet files and tables of Ibis answer everything that their rows answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ranker
from ranker import NoSuchExport
from ranker.beside import Wishes
from ranker.provenance import sources_of
from ranker.report.findings import Report, report_of
from ranker.slices import rank_by

pytestmark = [pytest.mark.local, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
KINDS = ("pandas", "polars", "pyarrow", "parquet", "ibis")


def votes(n: int = 240) -> list[dict[str, Any]]:
    """Two topics, some votes of neither; a reason now and then."""
    pairs = [("ada", "bo"), ("bo", "cy"), ("cy", "ada")]
    return [
        {
            "vote_id": f"v{k:03}",
            "participant": f"p{k % 20}",
            "model_a": pairs[k % 3][0],
            "model_b": pairs[k % 3][1],
            "winner": ("model_a", "model_b", "tie")[k * k % 7 % 3],
            "topic": ("sums", "chat", None)[k % 3 if k % 9 else 2],
            "wait_ms": 400.0 + k * 71 % 900 if k % 11 else None,
            "day": f"2025-01-{1 + k % 20:02}",
            "reasons_a": ["accuracy", "content"] if k % 4 == 0 else [],
        }
        for k in range(n)
    ]


def as_a(kind: str, rows: list[dict[str, Any]], folder: Path) -> Any:
    library = pytest.importorskip("pyarrow" if kind == "parquet" else kind)
    if kind == "pandas":
        return library.DataFrame(rows)
    if kind == "polars":
        return library.DataFrame(rows)
    if kind == "ibis":
        return library.memtable(pytest.importorskip("pyarrow").Table.from_pylist(rows))
    table = library.Table.from_pylist(rows)
    if kind == "pyarrow":
        return table
    pytest.importorskip("duckdb")
    from pyarrow import parquet

    parquet.write_table(table, folder / "votes.parquet")
    return folder / "votes.parquet"


def reported(source: Any, **more: Any) -> Report:
    return report_of(source, "Earshot", bootstraps=60, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_of_a_table_is_that_of_its_rows(kind: str, tmp_path: Path) -> None:
    rows = votes()
    wishes = Wishes(by="topic", ties="davidson", adjust=True)
    table = as_a(kind, rows, tmp_path)
    expected, found = reported(rows, wishes=wishes), reported(table, wishes=wishes)
    assert found.material.board == expected.material.board
    assert found.material.circumstances == expected.material.circumstances
    assert found.beside.to_json() == expected.beside.to_json()
    assert found.beside.sliced is not None
    assert set(found.beside.sliced.boards) == {"chat", "sums"}
    assert reported([table], whole=False).material.board == found.material.board


@pytest.mark.parametrize("kind", KINDS)
def test_slices_of_a_table_are_those_of_its_rows(kind: str, tmp_path: Path) -> None:
    rows = votes()
    expected = rank_by(rows, "topic", bootstraps=60)
    assert rank_by(as_a(kind, rows, tmp_path), "topic", bootstraps=60) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_a_source_by_what_is_in_it(kind: str, tmp_path: Path) -> None:
    rows = votes()
    (source,) = sources_of([as_a(kind, rows, tmp_path)])
    assert source.what == ("parquet" if kind == "parquet" else "votes")
    assert (source,) == sources_of([as_a(kind, rows, tmp_path)])
    assert (source,) != sources_of([as_a(kind, [*rows[:-1], rows[-1] | {"topic": "x"}], tmp_path)])


def test_the_rows_of_a_frame_are_the_source_that_they_are_by_themselves() -> None:
    pandas, rows = pytest.importorskip("pandas"), votes()
    assert sources_of([pandas.DataFrame(rows)]) == sources_of(rows)


def test_a_parquet_file_that_is_damaged_is_named_here_too(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    file = tmp_path / "votes.parquet"
    file.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(NoSuchExport, match=r"votes\.parquet"):
        rank_by(file, "topic")
    with pytest.raises(NoSuchExport, match=r"votes\.parquet"):
        ranker.rank([file, {"model_a": "ada", "model_b": "bo", "winner": "tie"}])
