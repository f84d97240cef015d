"""A folder that somebody points to counts as installed, if it is what the catalogue means."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.catalogue.sources import sources_of
from desktop.errors import UsageProblem
from desktop.getting.linking import link
from desktop.getting.removing_weights import remove_weights
from desktop.paths import Home
from engines.model_files import locate
from tests.helpers.fetching_engine import COMMIT
from tests.helpers.own_system import (
    REPO,
    entry,
    write_system,
)


def test_a_folder_that_is_pointed_to_counts_as_installed(home: Home, folder: Path) -> None:
    source = link(entry(home), folder, home)
    assert sources_of(entry(home))[0].is_here(home.models)
    assert read_pins(home.catalogue).by_repo[REPO].of == "content"
    assert locate(entry(home).system.responder.model, home.models).resolve() == folder.resolve()
    again = folder.with_name("other")
    shutil.copytree(folder, again)
    (again / "model.safetensors").write_bytes(b"v" * 5000)
    remove_weights(entry(home), read_catalogue(home), home)
    assert link(entry(home), again, home).revision != source.revision, "another content"


def test_a_snapshot_of_the_hubs_client_keeps_its_commit(home: Home, folder: Path) -> None:
    snapshot = folder.rename(folder.with_name(COMMIT))
    assert link(entry(home), snapshot, home).revision == COMMIT
    assert read_pins(home.catalogue).by_repo[REPO].of == "hub"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('files = [{ path = "other.bin" }]', "lacks other.bin"),
        ('files = [{ path = "config.json", size_bytes = 7 }]', "is not the file"),
        (f'files = [{{ path = "config.json", sha256 = "{"0" * 64}" }}]', "is not the file"),
    ],
)
def test_a_folder_that_is_not_it_is_refused(home: Home, folder: Path, more: str, said: str) -> None:
    write_system(home, more=more)
    with pytest.raises(UsageProblem, match=said):
        link(entry(home), folder, home)
    assert not sources_of(entry(home))[0].is_here(home.models)


@pytest.mark.parametrize(
    ("id_", "looks"),
    [
        ("phi-4-multimodal", r"config\.json beside \*\.safetensors"),
        ("mine", r"model\.safetensors or"),
    ],
)
def test_a_folder_of_documents_is_no_weights(
    home: Home, tmp_path: Path, id_: str, looks: str
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("# A page")
    read: list[str] = []
    with pytest.raises(UsageProblem, match=f"such a folder holds {looks}"):
        link(entry(home, id_), tmp_path / "docs", home, on_file=read.append)
    assert (read, home.models.exists(), read_pins(home.catalogue).by_repo) == ([], False, {})


def test_a_folder_may_hold_a_name_that_is_not_utf8(home: Home, folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x")
    assert link(entry(home), folder, home).is_here(home.models)


def test_a_folder_that_may_not_be_read_is_said_to_be_that(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(place))

    mine = entry(home)
    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    with pytest.raises(UsageProblem, match=r"weights cannot be read \(Permission denied\)"):
        link(mine, folder, home)
