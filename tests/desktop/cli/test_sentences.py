"""What commands say, where a number is one or nothing, and what they do not say twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.doctor import _microphone
from local_db.export import export
from tests.helpers.voting import Sitting, open_test_store


@pytest.fixture
def sitting(own_home: Path):
    """At this test's own station."""
    with open_test_store(own_home) as store:
        yield Sitting(store, own_home / "takes")


@pytest.mark.parametrize("key", ["", " ", "01a"])
def test_a_key_that_is_too_short_is_said_to_be(sitting: Sitting, capsys, key: str) -> None:
    sitting.voted_battle("a")
    assert main(["replay", key, "--text"]) != 0
    assert "first 4 characters of its key" in capsys.readouterr().err


def test_battles_that_go_on_are_told_where_there_are_any(
    sitting: Sitting, tmp_path: Path, capsys
) -> None:
    sitting.voted_battle("a")
    assert main(["export", "--to", str(tmp_path / "one")]) == 0
    assert "left out" not in capsys.readouterr().err
    sitting.ready_battle()
    assert main(["export", "--to", str(tmp_path / "two")]) == 0
    assert "1 battle has not ended yet, and so is left out." in capsys.readouterr().err


def test_what_concerns_several_dialects_is_said_once(
    sitting: Sitting, tmp_path: Path, capsys
) -> None:
    sitting.voted_battle("a")
    asked = [word for name in ("fastchat", "lmarena", "csv") for word in ("--dialect", name)]
    assert main(["export", "--to", str(tmp_path / "one"), *asked]) == 0
    assert capsys.readouterr().err.count("No vote differs in") == 1


def test_the_recordings_have_no_style_control(sitting: Sitting, tmp_path: Path) -> None:
    sitting.voted_battle("a")
    home = sitting.store.path.parent
    came = export(
        sitting.store.path,
        home / "takes",
        tmp_path / "one",
        include_takes=True,
        dialects=["audiofolder"],
    )
    assert came.dialects["audiofolder"].warnings == ()


def test_one_vote_that_does_not_count_is_one(tmp_path: Path, capsys) -> None:
    file = tmp_path / "votes.json"
    row = {"model_a": "ada", "model_b": "bo", "winner": "tie"}
    file.write_text(json.dumps([row, {**row, "anony": False}]))
    assert main(["import", str(file), "--dialect", "fastchat", "--to", str(tmp_path / "in")]) == 0
    said = capsys.readouterr().err
    assert "1 of them is of kind not_blind, cast where the names were known" in said
    assert "`rank` does not count it." in said


def test_a_file_that_is_no_votes_is_named_with_its_place(tmp_path: Path, capsys) -> None:
    file = tmp_path / "deep" / "votes.csv"
    asked = ["import", str(file), "--dialect", "csv", "--to", str(tmp_path / "in")]
    assert main(asked) == 1
    assert f"{file} cannot be read as votes" in capsys.readouterr().err


def test_a_microphone_that_was_named_is_told_of_where_there_is_none(monkeypatch) -> None:
    monkeypatch.setattr("desktop.doctor.list_inputs", list)
    (named,), (unnamed,) = _microphone("nosuch"), _microphone("")
    assert named.sentence == "“nosuch” is not there, and neither is another one."
    assert unnamed.sentence == "No microphone."
