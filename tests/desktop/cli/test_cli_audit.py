"""`audit`, as somebody types it: exports that are named, or this station's own battles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.paths import Home
from local_db import records
from local_db.store import open_store
from tests.helpers.ranker_exports import GOOD, write_export
from tests.helpers.voting import Sitting


def test_exports_are_audited_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    assert main(["audit", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "It takes 30 turns whose answers were shown; there are 0." in said
    assert "Left out: 8 answers not shown." in said


def test_without_an_export_it_is_this_station(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path)
    with open_store(home.database, program_version="0", backup_folder=home.backups) as store:
        sitting = Sitting(store, home.takes)
        battle = sitting.ready_battle()
        (turn,) = store.reader.battle(battle).turns
        store.add_shown(
            records.ShownRecord(
                turn_id=turn.id,
                wait_ms=300,
                onset_a_ms=1,
                onset_b_ms=2,
                complete_a_ms=9,
                complete_b_ms=9,
                cadence_per_s=240,
            )
        )
        sitting.vote(battle)
        store.add_guess(
            records.GuessRecord(
                battle_id=battle,
                slot="a",
                fingerprint=sitting.fingerprints[0],
                choices=sitting.fingerprints,
            )
        )
    assert main(["audit", "--home", str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["n_battles"], report["n_turns"]) == (1, 1)
    guess = next(figure for figure in report["figures"] if figure["name"] == "guess")
    assert guess["why_not"] == "It takes 30 guesses that name a system; there are 1."


def test_a_folder_that_is_no_export_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(tmp_path / "none")]) == 1
    assert "There is no export at" in capsys.readouterr().err
