"""A battle of several turns on every road out of the database: export, merge, dialects, audit."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from local_db import records
from local_db.dialects import DIALECTS
from local_db.export import export
from local_db.merging import merge
from ranker.audit.material import gather
from tests.helpers.voting import Sitting, open_test_store

TEXTS = (("One.", "Two."), ("Three.", "Four."), ("Five.", "Six."))
HISTORIES: tuple[records.History | None, ...] = (None, "a", "b")


def speak(sitting: Sitting, battle_id: str, ordinal: int) -> None:
    with sitting.store.action():
        turn_id = sitting.add_turn(battle_id, ordinal, history=HISTORIES[ordinal - 1])
        for slot, text in zip("ab", TEXTS[ordinal - 1], strict=True):
            sitting.add_answer(turn_id, slot, text=text)
        sitting.store.add_shown(
            records.ShownRecord(
                turn_id=turn_id,
                wait_ms=100.0 * ordinal,
                onset_a_ms=0.0,
                onset_b_ms=float(ordinal),
                complete_a_ms=10.0,
                complete_b_ms=10.0,
                cadence_per_s=240.0,
            )
        )


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        battle_id = sitting.open_battle()
        for ordinal in (1, 2, 3):
            speak(sitting, battle_id, ordinal)
        sitting.vote(battle_id)
        export(
            store.path,
            tmp_path / "takes",
            tmp_path / "out",
            include_takes=True,
            dialects=("fastchat", "lmarena", "csv", "talkarena"),
        )
    return tmp_path / "out"


def line_in(folder: Path) -> dict[str, object]:
    (line,) = (folder / "battles.jsonl").read_text("utf-8").splitlines()
    return json.loads(line)


def test_a_line_says_whose_answers_were_gone_on_with(exported: Path) -> None:
    line = line_in(exported)
    assert [turn["history"] for turn in line["turns"]] == list(HISTORIES)
    assert line["covariates"]["turns"] == 3
    assert len(list((exported / "takes").iterdir())) == 3


@pytest.mark.parametrize("name", ["fastchat", "lmarena"])
def test_conversations_hold_every_turn(exported: Path, name: str) -> None:
    (file,) = exported.glob(f"*{name}*")
    (vote,) = DIALECTS[name].read(file)
    assert [(turn.a.text, turn.b.text) for turn in vote.turns] == list(TEXTS)


def test_a_merge_carries_them(exported: Path, tmp_path: Path) -> None:
    merge([exported], tmp_path / "merged")
    assert line_in(tmp_path / "merged") == line_in(exported)


def test_the_leak_meter_takes_onset_and_wait_of_every_turn(exported: Path) -> None:
    found = gather([exported], include_simulated=False).exchanges
    assert [one.wait_ms for one in found] == [100.0, 200.0, 300.0]
    assert [one.b.onset_ms for one in found] == [1.0, 2.0, 3.0]
    assert len({one.battle for one in found}) == 1


def test_no_vote_on_a_conversation_whose_last_turn_lacks_an_answer(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        battle_id = sitting.open_battle()
        speak(sitting, battle_id, 1)
        sitting.add_answer(sitting.add_turn(battle_id, 2, history="separate"), "a")
        with pytest.raises(sqlite3.IntegrityError, match="lacks an answer"):
            sitting.vote(battle_id)
