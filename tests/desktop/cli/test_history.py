"""What somebody did to the votes behind the program's back, as `doctor` and `export` tell of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import ranker
from desktop.cli import main
from desktop.doctor import Verdict, examine
from desktop.paths import home
from local_db.chain import Head
from tests.helpers.tampering import FOUR_WAYS, tamper
from tests.helpers.voting import Sitting, open_test_store


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("home")
    with open_test_store(folder) as store:
        sitting = Sitting(store, folder / "takes")
        for _ in range(5):
            sitting.voted_battle()
        return store.path, str(store.reader.head())


def verdict_of_doctor(folder: Path, *printed: str) -> tuple[Verdict, str]:
    heads = [Head.parse(text) for text in printed]
    found = next(f for f in examine(home(str(folder)), heads=heads) if f.check == "database")
    return found.verdict, found.sentence


@pytest.mark.tampers
@pytest.mark.parametrize(("statements", "fault"), FOUR_WAYS.values(), ids=FOUR_WAYS)
@pytest.mark.tampers
def test_doctor_and_export_find_each_of_the_four(
    original: tuple[Path, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    statements: list[str],
    fault: str,
) -> None:
    database, printed = original
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(database, folder)
    assert verdict_of_doctor(folder, printed)[0] is Verdict.GOOD
    tamper(folder / "earshot.db", *statements)
    verdict, sentence = verdict_of_doctor(folder, printed)
    assert verdict is Verdict.BAD
    assert fault in sentence

    out = tmp_path / "out"
    arguments = ["export", "--home", str(folder), "--to", str(out), "--head", printed]
    assert main(arguments) == 0
    assert f"The history does not verify: {fault}" in capsys.readouterr().err
    chain = json.loads((out / "manifest.json").read_text())["chain"]
    assert chain["ok"] is False
    assert any(finding.startswith(fault) for finding in chain["findings"])
    assert any("hash chain is broken" in doubt for doubt in ranker.rank(out, bootstraps=100).doubts)


def test_without_the_printed_head_a_cut_end_is_not_seen(
    original: tuple[Path, str], tmp_path: Path
) -> None:
    database, _ = original
    shutil.copy(database, tmp_path)
    statements, _ = FOUR_WAYS["truncate"]
    tamper(tmp_path / "earshot.db", *statements)
    assert verdict_of_doctor(tmp_path)[0] is Verdict.GOOD


def test_what_is_no_head_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--head", "12"])
    assert ended.value.code == 2
    assert "12 is no end of a history" in capsys.readouterr().err
