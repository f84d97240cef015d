"""`collect`: what a person at the store reads, and what a program does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from ranker.parts.store import open_store
from tests.helpers.ranker_exports import GOOD, write_export


def collect(*arguments: object) -> int:
    return main(["collect", *map(str, arguments)])


@pytest.mark.local
def test_each_folder_is_told_and_a_quarantined_one_fails(tmp_path: Path, capsys) -> None:
    pytest.importorskip("duckdb")
    north = write_export(tmp_path / "north", [*GOOD, b"{}\n"])
    broken = write_export(tmp_path / "south", GOOD, {"schema": 1, "chain": {"ok": False}})
    assert collect(tmp_path / "store", north) == 0
    assert capsys.readouterr().out == "north: 8 battles taken in; 1 line quarantined.\n"
    assert collect(tmp_path / "store", north, broken, "--json") == 1
    said = capsys.readouterr()
    assert [one["outcome"] for one in json.loads(said.out)] == ["known", "quarantined"]
    assert str(tmp_path / "store" / "quarantine") in said.err


@pytest.mark.local
def test_a_key_that_is_none_and_a_folder_that_is_no_store_are_refused(tmp_path, capsys) -> None:
    pytest.importorskip("duckdb")
    assert collect(tmp_path / "store", "--trust", "north") == 1
    assert "Type NAME=FINGERPRINT" in capsys.readouterr().err
    assert collect(tmp_path / "store", "--trust", f"north={'0' * 64}") == 0
    north = write_export(tmp_path / "north", GOOD)
    assert collect(tmp_path / "store", north) == 1
    assert "is not signed" in capsys.readouterr().out
    assert collect(north, north) == 1
    assert "is no parts store" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["audit {}", "merge {} --to there", "collect other {}"])
def test_a_store_is_no_export_and_is_called_what_it_is(
    tmp_path: Path, capsys, monkeypatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store(tmp_path / "store")
    for name in ("north", "south"):
        entry = store.folder / "parts" / f"{'5' if name == 'north' else 'a'}.json"
        entry.write_text(json.dumps({"source": name}))
    (store.folder / "parts" / "b.json").write_text("damaged")
    assert main(command.format("store").split()) != 0
    said = capsys.readouterr().err
    assert "is a parts store" in said
    assert "exports that were collected into it: north and south." in said
    assert not (tmp_path / "there").exists()


def test_a_wrong_path_is_said_to_have_stopped_everything(tmp_path: Path, capsys) -> None:
    assert collect(tmp_path / "store", write_export(tmp_path / "n", GOOD), tmp_path / "none") == 1
    assert "nothing is there. Nothing was taken in." in capsys.readouterr().err


def test_two_stations_do_not_have_one_key(tmp_path: Path, capsys) -> None:
    for name in ("north", "north"):
        assert collect(tmp_path / "store", "--trust", f"{name}={'0' * 64}") == 0
    capsys.readouterr()
    assert collect(tmp_path / "store", "--trust", f"south={'0' * 64}") == 1
    assert "given for south is that of north already" in capsys.readouterr().err
    assert "south" not in (tmp_path / "store" / "stations.toml").read_text()


def test_without_duckdb_it_says_what_to_install(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    assert collect(tmp_path / "store", write_export(tmp_path / "north", GOOD)) == 1
    assert "needs the package duckdb" in capsys.readouterr().err
