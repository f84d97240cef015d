"""Taking weights away frees the disk and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.cli import main
from desktop.getting.linking import link
from desktop.getting.removing_weights import remove_weights
from desktop.paths import Home
from engines.registry import EngineInfo
from tests.helpers.fetching_engine import COMMIT
from tests.helpers.own_system import (
    REPO,
    STORE,
    entry,
    install,
    place_of,
    write_system,
)


def test_removing_frees_the_disk_and_keeps_the_pin(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    install(home, engines)
    removed = remove_weights(entry(home), read_catalogue(home), home)
    assert removed.freed_bytes > 5002
    assert not place_of(home).exists()
    assert read_pins(home.catalogue).by_repo[REPO].revision == COMMIT


def test_removing_leaves_what_another_system_uses(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    write_system(home, "other", 'instruction = "another"')
    install(home, engines)
    removed = remove_weights(entry(home), read_catalogue(home), home)
    assert removed.kept == {REPO: "other"}
    assert place_of(home).exists()


def test_removing_a_link_leaves_the_folder(home: Home, folder: Path) -> None:
    link(entry(home), folder, home)
    remove_weights(entry(home), read_catalogue(home), home)
    assert {path.name for path in folder.iterdir()} == set(STORE)
    assert REPO not in read_pins(home.catalogue).by_repo, "no hub has that revision"


def test_removing_what_has_no_weights_says_so_and_which_file_lists_it(
    home: Home, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remove = ["systems", "remove", "--home", str(home.folder), "mine"]
    assert main([*remove, "gpt-audio"]) == 0
    out, err = capsys.readouterr()
    assert "mine: no weights of it were fetched here\ngpt-audio: no weights" in out
    assert err == (
        "It is a system of your own and stays listed until you delete "
        f"{home.catalogue / 'mine.toml'}.\n"
    )
    link(entry(home), folder, home)
    assert main(remove) == 0
    assert capsys.readouterr().out == "mine: 0 bytes freed\n", "a link was taken away"
