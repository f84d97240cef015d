"""From the record key to the leaderboard, through the real window, workers and database."""

from __future__ import annotations

import hashlib
import os
import platform
import signal
from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import Qt

import ranker
from desktop.audio.convert import to_engine_wav
from engines.api import Prompt, Timings
from engines.asking import prompt_sha256
from engines.echo.engine import MODEL_VERSION
from local_db.export import export
from local_db.reader import open_reader
from tests.helpers.processes import becomes, children
from tests.helpers.rehearsal import battles
from ui.state import Phase, Vote

TWO = {
    "system-one": {"answers": ["The first answer."]},
    "system-two": {"answers": ["The second answer."], "delay_ms": 50},
}


def test_a_spoken_question_becomes_a_vote_an_export_and_a_leaderboard(rehearse, tmp_path: Path):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    assert stage.state.vote is Vote.A
    assert {stage.state.card_a.text, stage.state.card_b.text} == {
        "The first answer.",
        "The second answer.",
    }
    with open_reader(stage.home.database) as reader:
        (battle,) = reader.battles()
        assert battle.state == "voted"
        assert battle.vote.choice == "a"
        assert 0 < battle.draw.probability <= 1
        (turn,) = battle.turns
        assert turn.a.text == stage.state.card_a.text
        assert turn.b.text == stage.state.card_b.text
        assert turn.a.transcript_id == turn.b.transcript_id is not None
        assert reader.verify_chain().ok
    export(stage.home.database, stage.home.takes, tmp_path / "export")
    board = ranker.rank([tmp_path / "export"])
    assert board.n_votes == 1
    assert {row.system for row in board.rows} == {"system-one", "system-two"}


def test_what_served_an_answer_is_kept_with_it(rehearse, tmp_path: Path):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    (battle,) = battles(stage)
    (turn,), (take,) = battle.turns, battle.takes
    heard = tmp_path / "heard.wav"
    to_engine_wav(stage.home.takes / take.file, heard)
    for answer in (turn.a, turn.b):
        assert answer.served_version == MODEL_VERSION
        assert answer.finish == "stop"
        assert answer.audio_sha256 == hashlib.sha256(heard.read_bytes()).hexdigest()
        assert answer.prompt_sha256 == prompt_sha256(Prompt(text="what i said", seed=answer.seed))
        assert answer.seed == battle.draw.seed + battle.draw.step
        assert answer.packages["python"] == platform.python_version()
        assert set(answer.placement) == {"device", "dtype", "network", "segments"}
        assert set(answer.timings) == {field.name for field in fields(Timings)}
        for name in ("asr_ms", "ttft_ms", "total_ms"):
            assert 0 <= answer.timings[name] <= answer.timings["total_ms"]


def test_the_workers_of_a_pair_are_there_before_anybody_speaks(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    gone = children(os.getpid())
    for pid in gone:
        os.kill(pid, signal.SIGKILL)
    assert becomes(lambda: not gone & children(os.getpid()))
    stage.next()
    stage.until(Phase.READY)
    assert becomes(lambda: len(children(os.getpid())) == len(gone))


def test_the_last_battle_leads_to_the_names(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    for key in (Qt.Key.Key_1, Qt.Key.Key_4):
        stage.until(Phase.READY)
        stage.speak()
        stage.vote(key)
        stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=20_000)
