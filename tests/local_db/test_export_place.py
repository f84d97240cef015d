"""What already lies in the place of an export: replaced only where nothing is lost."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_db.errors import DiskFull, MissingDatabase, UnusableFolder
from local_db.export import export
from local_db.store import Store
from tests.helpers.voting import Sitting, open_test_store


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refuses(to: Path, do: Callable[[], Any]) -> str:
    """What is said; `to` is as it was, and nothing lies beside it."""
    before = bytes_in(to.parent)
    with pytest.raises(UnusableFolder) as caught:
        do()
    assert bytes_in(to.parent) == before
    assert caught.value.advice
    return caught.value.sentence


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    return tmp_path / "takes"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "station-1"


def test_a_later_export_replaces_the_earlier_one(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out)
    sitting.voted_battle()
    export(store.path, takes, out, include_takes=True)
    sitting.voted_battle()
    export(store.path, takes, out, include_takes=True)
    assert len((out / "battles.jsonl").read_text("utf-8").splitlines()) == 3
    assert len(list((out / "takes").iterdir())) == 3
    assert [path.name for path in out.parent.iterdir()] == ["station-1"]


def test_another_stations_export_is_left_alone(
    sitting: Sitting, store: Store, takes: Path, out: Path, tmp_path: Path
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out)
    with open_test_store(tmp_path / "south") as south:
        said = refuses(out, lambda: export(south.path, takes, out))
    assert "holds the export of another station" in said


def test_votes_that_a_database_from_a_backup_has_not_are_not_removed(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    export(store.path, takes, out)
    sitting.voted_battle()
    backup = store.backup()
    export(store.path, takes, out)
    export(backup, takes, out)
    sitting.voted_battle()
    export(store.path, takes, out)
    said = refuses(out, lambda: export(backup, takes, out))
    assert "holds a history that this database" in said


def test_recordings_are_not_removed_by_an_export_without_them(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out, include_takes=True)
    sitting.voted_battle()
    assert "with recordings" in refuses(out, lambda: export(store.path, takes, out))


@pytest.mark.parametrize("accident", [Path.unlink, lambda path: path.write_bytes(b"noise")])
def test_recordings_that_only_the_export_has_are_not_removed(
    sitting: Sitting,
    store: Store,
    takes: Path,
    out: Path,
    accident: Callable[[Path], object],
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out, include_takes=True)
    (recording,) = takes.iterdir()
    accident(recording)
    said = refuses(out, lambda: export(store.path, takes, out, include_takes=True))
    assert f"this station has no more (for example {recording.name})" in said


@pytest.mark.parametrize(
    "foreign",
    [
        {"thesis.tex": "years of work"},
        {"manifest.json": '{"format": "of somebody else"}'},
        {"manifest.json": '{"format": "of somebody else", "files": {}}'},
        {"manifest.json": "[]"},
        {"manifest.json": "not JSON"},
        {"manifest.json": '{"format": "earshot-export", "files": {}}', "takes/mine.wav": "x"},
    ],
    ids=str,
)
def test_somebody_elses_files_are_not_touched(
    store: Store, takes: Path, out: Path, foreign: dict[str, str]
) -> None:
    for name, text in foreign.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    with pytest.raises(UnusableFolder, match=r"did not write \(for example"):
        export(store.path, takes, out)
    assert bytes_in(out) == {name: text.encode() for name, text in foreign.items()}


def test_a_file_in_the_place_of_the_folder_is_not_touched(
    store: Store, takes: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UnusableFolder, match="is a file"):
        export(store.path, takes, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_export_that_fails_leaves_the_earlier_one(
    sitting: Sitting, store: Store, takes: Path, out: Path
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out)
    before = bytes_in(out)
    with pytest.raises(MissingDatabase):
        export(store.path.with_name("elsewhere.db"), takes, out)
    assert bytes_in(out.parent) == {f"station-1/{name}": text for name, text in before.items()}


def test_a_link_to_a_folder_is_followed_and_stays(
    sitting: Sitting, store: Store, takes: Path, out: Path, tmp_path: Path
) -> None:
    sitting.voted_battle()
    link = tmp_path / "link"
    link.symlink_to(out)
    for _ in range(2):
        assert export(store.path, takes, link).folder == out
    assert link.is_symlink()
    assert set(bytes_in(out)) == {"manifest.json", "battles.jsonl"}


def test_a_link_among_the_files_is_somebody_elses(
    store: Store, takes: Path, out: Path, tmp_path: Path
) -> None:
    out.mkdir(parents=True)
    (out / "thesis").symlink_to(tmp_path)
    assert "did not write (for example thesis)" in refuses(
        out, lambda: export(store.path, takes, out)
    )
    assert (out / "thesis").is_symlink()


def test_the_earlier_export_comes_back_where_the_last_step_fails(
    sitting: Sitting, store: Store, takes: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting.voted_battle()
    export(store.path, takes, out)
    before = bytes_in(out.parent)
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(DiskFull):
        export(store.path, takes, out)
    assert bytes_in(out.parent) == before


def test_a_manifest_of_another_shape_is_somebody_elses(
    store: Store, takes: Path, out: Path
) -> None:
    export(store.path, takes, out)
    (out / "battles.jsonl").unlink()
    whole = (out / "manifest.json").read_text("utf-8")
    for files in ([1, 2], "manifest.json", None, 7):
        claims = json.loads(whole) | {"files": files}
        (out / "manifest.json").write_text(json.dumps(claims))
        said = refuses(out, lambda: export(store.path, takes, out))
        assert "did not write (for example manifest.json)" in said


def test_a_pipe_in_the_place_of_the_manifest_is_not_waited_for(
    store: Store, takes: Path, out: Path
) -> None:
    out.mkdir(parents=True)
    os.mkfifo(out / "manifest.json")
    with pytest.raises(UnusableFolder, match="did not write"):
        export(store.path, takes, out)


def test_a_head_that_no_database_can_have_is_no_history_of_ours(
    store: Store, takes: Path, out: Path
) -> None:
    export(store.path, takes, out)
    manifest = out / "manifest.json"
    claims = json.loads(manifest.read_text("utf-8"))
    claims["chain"]["head"] = f"{2**80}:{'ab' * 32}"
    manifest.write_text(json.dumps(claims))
    said = refuses(out, lambda: export(store.path, takes, out))
    assert "holds a history that this database" in said


def test_nothing_is_made_where_there_is_no_database(store: Store, takes: Path, out: Path) -> None:
    with pytest.raises(MissingDatabase):
        export(store.path.with_name("elsewhere.db"), takes, out)
    assert not out.parent.exists()
