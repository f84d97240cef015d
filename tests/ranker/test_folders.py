"""What a folder and its manifest say: a doubt is told, and the votes count all the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ranker
from ranker.text import render
from tests.helpers.ranker_exports import GOOD, battle, rules, write_export


def test_lines_of_a_newer_manifest_without_a_schema_of_their_own_are_left_alone(
    tmp_path: Path,
) -> None:
    bare = [{k: v for k, v in battle(k).items() if k != "schema"} for k in range(3)]
    newer = write_export(tmp_path / "newer", bare, {"schema": 2, "battles": 3})
    board = ranker.rank([newer, write_export(tmp_path / "north", GOOD)])
    assert rules(board) == {"newer schema": 3}
    assert board.n_votes == 8


@pytest.mark.parametrize("manifest", ["", "[]", "\xff", '{"schema": '])
def test_without_a_manifest_the_votes_count_and_the_doubt_is_said(
    tmp_path: Path, manifest: str
) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").write_text(manifest, encoding="latin-1")
    board = ranker.rank(folder)
    assert board.n_votes == 8
    assert any("north: no readable manifest" in doubt for doubt in board.doubts)


def test_a_pipe_in_the_place_of_the_manifest_is_not_waited_for(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    board = ranker.rank(folder)
    assert board.n_votes == 8
    assert any("north: no readable manifest" in doubt for doubt in board.doubts)


def test_lines_that_the_manifest_promises_and_are_not_there_are_missed(tmp_path: Path) -> None:
    board = ranker.rank(write_export(tmp_path / "north", GOOD, {"schema": 1, "battles": 10}))
    assert "north: the manifest promises 10 battles, 8 are there." in board.doubts
    assert board.n_votes == 8


def test_a_file_that_was_changed_after_the_export_is_named(tmp_path: Path) -> None:
    sealed = {"battles.jsonl": {"sha256": "0" * 64}}
    manifest = {"schema": 1, "battles": 8, "files": sealed}
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    doubt = "north: battles.jsonl is not the file that was exported."
    assert doubt in board.doubts
    first, gap, verdict, *_ = render(board).splitlines()
    assert (first, gap, verdict) == (f"Doubtful: {doubt}", "", board.verdict)


def test_a_station_whose_records_were_changed_is_named(tmp_path: Path) -> None:
    manifest = {"schema": 1, "battles": 8, "chain": {"ok": False}}
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    assert any(doubt.startswith("north: the station's hash chain") for doubt in board.doubts)


@pytest.mark.parametrize(
    "manifest",
    [{"battles": "8"}, {"files": []}, {"files": {"battles.jsonl": None}}, {"chain": "broken"}],
)
def test_a_manifest_of_another_shape_says_nothing(tmp_path: Path, manifest: dict[str, Any]) -> None:
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    assert board.doubts == ()


def nothing(_: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.write_text("minutes of the last meeting")


def an_empty_folder(folder: Path) -> None:
    folder.mkdir()


def a_manifest_alone(folder: Path) -> None:
    write_export(folder, GOOD)
    (folder / "battles.jsonl").unlink()


def a_folder_in_the_place_of_the_battles(folder: Path) -> None:
    (folder / "battles.jsonl").mkdir(parents=True)


def a_pipe_in_the_place_of_the_battles(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "battles.jsonl")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (nothing, "nothing is there"),
        (a_file, "it is not a folder"),
        (an_empty_folder, "it holds no file battles.jsonl"),
        (a_manifest_alone, "it holds no file battles.jsonl"),
        (a_folder_in_the_place_of_the_battles, "it holds no file battles.jsonl"),
        (a_pipe_in_the_place_of_the_battles, "it holds no file battles.jsonl"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_what_is_no_export_stops_with_a_sentence_that_names_it(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    """Good ones beside it do not help: a board of fewer stations than were named is another one."""
    odd = tmp_path / "odd"
    make(odd)
    with pytest.raises(ranker.NoSuchExport) as caught:
        ranker.rank([write_export(tmp_path / "north", GOOD), odd])
    assert caught.value.sentence == f"There is no export at {odd}: {why}. Nothing was counted."
    assert caught.value.advice


def test_a_file_and_a_folder_of_exports_are_told_what_to_name_instead(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text("model_a,model_b,winner\n")
    with pytest.raises(
        ranker.NoSuchExport, match="`import FILE --dialect NAME --to DIR` makes one"
    ):
        ranker.rank(votes)
    for name in ("a", "b", "c", "d"):
        write_export(tmp_path / "all" / name, GOOD)
    with pytest.raises(ranker.NoSuchExport) as found:
        ranker.rank(tmp_path / "all")
    assert "it holds no file battles.jsonl; a, b, c and 1 more in it have one each." in str(
        found.value
    )
    named = " ".join(str(tmp_path / "all" / name) for name in "abc")
    assert found.value.advice == f"Name what lies in it: {named} …"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"a": 1} x\n', "no JSON from its character 10 on"),
        (b'{"a": "\xff"}\n', "no UTF-8 at its byte 8"),
        (b"[" * 100_000 + b"\n", "nested too deeply"),
        (b"[]\n", "not an object"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_in_words(
    tmp_path: Path, line: bytes, said: str
) -> None:
    (left,) = ranker.rank(write_export(tmp_path / "north", [*GOOD, line])).exclusions
    assert left.example == f"north line 9: {said}"
