from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from local_db.chain import Head
from local_db.export import ExportSummary, export
from local_db.store import Store
from tests.helpers.every_kind import fill
from tests.helpers.voting import Sitting


def no_number(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def lines_of(folder: Path) -> list[dict[str, Any]]:
    with (folder / "battles.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line, parse_constant=no_number) for line in file]


def manifest_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text("utf-8"), parse_constant=no_number)


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    return tmp_path / "takes"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "station-1"


def test_every_battle_is_in_or_counted_under_the_rule_that_left_it_out(
    store: Store, takes: Path, out: Path
) -> None:
    fill(store, takes)
    summary = export(store.path, takes, out)
    manifest, lines = manifest_of(out), lines_of(out)
    assert [line["state"] for line in lines] == [
        "voted",
        "skipped",
        "failed",
        "abandoned",
        "withdrawn",
    ]
    assert manifest["exclusions"] == {"still_open": 1} == summary.exclusions
    assert manifest["battles"] == len(lines) == summary.battles
    started = manifest["conservation"]["started"]
    assert started == len(lines) + sum(manifest["exclusions"].values())
    assert summary.conservation.holds


def test_a_line_tells_the_whole_battle(store: Store, takes: Path, out: Path) -> None:
    fill(store, takes)
    export(store.path, takes, out)
    line = lines_of(out)[0]
    assert line["schema"] == 1
    assert (line["a"]["system"], line["a"]["version"]) == ("baseline-skills", "1")
    assert line["b"]["label"] == "Baseline: ELIZA"
    assert line["draw"]["probability"] == 1.0
    assert (line["vote"]["choice"], line["vote"]["strength"]) == ("a", "clearly")
    assert [vote["choice"] for vote in line["votes"]] == ["tie", "a"]
    assert line["turns"][0]["a"]["text"] == "The capital of Thailand is Bangkok."
    assert line["turns"][0]["earlier_answers"][0]["error_kind"] == "timeout"
    assert line["justifications"][0]["text"] == "It answered the question."
    assert line["simulated"] is False
    assert "P-01" not in (out / "battles.jsonl").read_text("utf-8")


def test_the_manifest_vouches_for_every_file(store: Store, takes: Path, out: Path) -> None:
    fill(store, takes)
    export(store.path, takes, out, include_takes=True)
    manifest = manifest_of(out)
    found = bytes_in(out)
    del found["manifest.json"]
    assert set(manifest["files"]) == set(found)
    for name, content in found.items():
        assert manifest["files"][name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert manifest["files"][name]["bytes"] == len(content)
    assert manifest["files"]["battles.jsonl"]["lines"] == 5
    assert Head.parse(manifest["chain"]["head"]) == store.reader.head()
    assert manifest["chain"]["ok"] is True
    assert manifest["station"] == store.reader.station()
    assert manifest["studies"][0]["study"] == "quick-start"
    assert [system["system"] for system in manifest["systems"]] == [
        "baseline-eliza",
        "baseline-skills",
    ]


def test_takes_are_copied_only_when_asked_for_and_never_the_discarded(
    store: Store, takes: Path, out: Path
) -> None:
    fill(store, takes)
    without = export(store.path, takes, out)
    assert (without.takes.included, without.takes.written) == (False, 0)
    assert not (out / "takes").exists()
    summary = export(store.path, takes, out, include_takes=True)
    discarded = {take["file"] for take in lines_of(out)[0]["takes"] if take["discarded"]}
    copied = {path.name for path in (out / "takes").iterdir()}
    assert len(discarded) == 1
    assert not copied & discarded
    assert summary.takes.written == len(copied) == 2


def test_a_take_that_is_gone_or_changed_is_named(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    gone, changed, whole = (
        store.reader.battle(sitting.voted_battle()).takes[0].file for _ in range(3)
    )
    (takes / gone).unlink()
    with (takes / changed).open("ab") as file:
        file.write(b"!")
    summary = export(store.path, takes, out, include_takes=True)
    assert (summary.takes.missing, summary.takes.changed) == ([gone], [changed])
    assert [path.name for path in (out / "takes").iterdir()] == [whole]
    assert manifest_of(out)["takes"]["missing"] == [gone]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname"])
def test_a_take_name_that_leads_out_of_the_folder_is_not_followed(
    sitting: Sitting, store: Store, takes: Path, out: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    battle_id = sitting.open_battle()
    sitting.add_take(battle_id, file=name)
    store.end_battle(battle_id, "skipped", "")
    summary = export(store.path, takes, out, include_takes=True)
    assert summary.takes.missing == [name]
    assert set(bytes_in(out.parent)) == {"station-1/manifest.json", "station-1/battles.jsonl"}


def test_the_same_database_gives_the_same_bytes(store: Store, takes: Path, tmp_path: Path) -> None:
    fill(store, takes)
    first, again = tmp_path / "first", tmp_path / "again"
    export(store.path, takes, first, include_takes=True)
    export(store.path, takes, again, include_takes=True)
    export(store.path, takes, first, include_takes=True)
    assert bytes_in(first) == bytes_in(again)


def test_an_empty_folder_is_used_and_an_empty_database_exported(
    store: Store, takes: Path, out: Path
) -> None:
    out.mkdir(parents=True)
    summary = export(store.path, takes, out)
    assert isinstance(summary, ExportSummary)
    assert (summary.battles, (out / "battles.jsonl").read_bytes()) == (0, b"")


def test_a_database_that_was_tampered_with_is_exported_and_says_so(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    sitting.voted_battle("a")
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("DROP TRIGGER vote_is_never_changed")
        connection.execute("UPDATE vote SET choice = 'b'")
        connection.commit()
    summary = export(store.path, takes, out)
    assert not summary.chain.ok
    assert manifest_of(out)["chain"]["ok"] is False
    assert "edited" in manifest_of(out)["chain"]["findings"][0]


def test_a_write_ahead_log_is_exported_too(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    sitting.voted_battle()
    assert store.path.with_name("earshot.db-wal").stat().st_size > 0
    assert export(store.path, takes, out).battles == 1


def test_it_takes_the_standard_library_alone(store: Store, takes: Path, out: Path) -> None:
    script = """
import sys
sys.path.insert(0, ".")
from pathlib import Path
from local_db.export import export
export(*map(Path, sys.argv[1:]))
loaded = {name.partition(".")[0] for name in sys.modules}
print(loaded - set(sys.stdlib_module_names) - {"__main__", "local_db"})
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, store.path, takes, out],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "set()\n"
