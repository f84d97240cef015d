"""Studies and votes in the hands of somebody new: a sentence that says what to do, and no trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.session.study import EVERYDAY
from tests.helpers.ranker_exports import battle, write_export

STUDY = str(EVERYDAY)
COUNTS = (["rank"], ["voters"], ["audit"])
FOR_ALL = "simulated battles are not counted: `--simulated` counts them."


def said(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int) -> str:
    assert main(arguments) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return told.err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read (No such file or directory). Name the file itself; resources/"),
        (b"\xff\xfe", "is no text. See docs/study.md for its form."),
        (b"systems = [", "See docs/study.md for its form."),
        (b"schema = 1\n", "has no “systems”. Add it."),
    ],
)
@pytest.mark.parametrize("action", ["check", "simulate"])
def test_a_study_that_is_none(action, content, sentence, tmp_path: Path, capsys) -> None:
    file = tmp_path / "study.toml"
    if content is not None:
        file.write_bytes(content)
    assert sentence in said(["study", action, str(file)], capsys, 1)


def test_simulations_go_into_a_folder(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").touch()
    asked = ["study", "simulate", STUDY, "--participants", "1", "--out"]
    assert "is no folder. Name a new folder." in said([*asked, f"{tmp_path}/file"], capsys, 1)
    under = said([*asked, f"{tmp_path}/file/under"], capsys, 1)
    assert "cannot be used (Not a directory)" in under


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is shut for root")
def test_simulations_go_into_a_folder_that_can_be_written(tmp_path: Path, capsys) -> None:
    tmp_path.chmod(0o500)
    asked = ["study", "simulate", STUDY, "--participants", "1", "--out", str(tmp_path)]
    assert "cannot be used (Permission denied)" in said(asked, capsys, 1)


@pytest.mark.parametrize("command", COUNTS)
def test_who_counts_a_rehearsal_is_told_how(command, tmp_path: Path, capsys) -> None:
    lines = [battle(k, simulated=True) for k in range(3)]
    folder = str(write_export(tmp_path / "north", lines))
    assert f"3 {FOR_ALL}" in said([*command, folder], capsys, 0)
    assert FOR_ALL not in said([*command, folder, "--simulated"], capsys, 0)


@pytest.mark.parametrize("command", [*COUNTS, ["merge", "--to", "out"]])
def test_a_folder_without_votes(command, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("none", "empty"):
        assert "Name folders that `export`" in said([*command, name], capsys, 1)


def test_half_a_line_is_named(tmp_path: Path, capsys) -> None:
    folder = write_export(tmp_path / "north", [battle(1), b'{"schema": 1, "batt'])
    for command in (*COUNTS[:2], ["audit"]):
        assert main([*command, str(folder)]) == 0
        assert "1 truncated line" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("dialect", "sentence"),
    [("csv", "north cannot be read as votes: it is a folder."), ("audiofolder", "metadata.jsonl")],
)
def test_only_one_dialect_is_a_folder(dialect, sentence, tmp_path: Path, capsys) -> None:
    folder = write_export(tmp_path / "north", [battle(1)])
    asked = ["import", str(folder), "--dialect", dialect, "--to", str(tmp_path / "out")]
    assert sentence in said(asked, capsys, 1)
