"""What is said is recognised while it is said; a recording never suffers for it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from desktop.audio.convert import to_pcm16
from desktop.audio.wav_file import WavFile
from tests.helpers.processes import becomes
from tests.helpers.rehearsal import Rehearsal, battles
from ui.state import Phase

# The script fails where a whole file is recognised: whatever is heard was heard on the way.
ONLY_AHEAD = {"segments": True, "fail": "internal"}


def both(**recogniser: object) -> dict[str, dict[str, object]]:
    return {name: {"answers": [name], "recogniser": recogniser} for name in ("one", "two")}


def answered(stage: Rehearsal) -> list[int]:
    """In how many pieces each answer's question was heard while it was spoken."""
    stage.until(Phase.VOTING)
    turn = battles(stage)[-1].turns[0]
    return [answer.placement["segments"] for answer in (turn.a, turn.b)]


def listening() -> int:
    return sum(thread.name == "listening-ahead" for thread in threading.enumerate())


def test_both_systems_are_asked_with_what_was_heard_on_the_way(rehearse):
    stage = rehearse(both(**ONLY_AHEAD))
    stage.start()
    stage.speak()
    assert answered(stage) == [1, 1]
    (take,) = battles(stage)[0].takes
    (transcript,) = take.transcripts
    assert transcript.hypotheses[0]["text"] == "what i said"
    assert transcript.duration_ms == pytest.approx(take.duration_ms, abs=1)


@pytest.mark.full
@pytest.mark.parametrize(
    "recogniser",
    [{}, {"segments": True, "fault_in": "feed", "fault": "exit"}],
    ids=["hears whole takes only", "dies of it"],
)
def test_where_that_does_not_work_the_file_is_recognised(rehearse, recogniser):
    stage = rehearse(both(**recogniser))
    stage.start()
    stage.speak()
    assert answered(stage) == [0, 0]


def test_what_is_thrown_away_is_not_heard_and_the_next_one_is(rehearse):
    stage = rehearse(both(**ONLY_AHEAD))
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    assert listening() == 1
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert becomes(lambda: listening() == 0)
    stage.speak()
    assert answered(stage) == [1, 1]
    assert becomes(lambda: listening() == 0)


@pytest.mark.full
def test_nothing_is_kept_of_what_is_refused(rehearse, tmp_path: Path):
    stage = rehearse(both(**ONLY_AHEAD))
    stage.take = silence(tmp_path / "silent.wav")
    stage.start()
    stage.speak()
    stage.until_state(lambda state: state.problem is not None)
    assert becomes(lambda: listening() == 0)
    assert all(take.transcripts == () for take in battles(stage)[-1].takes)


@pytest.mark.full
def test_leaving_while_speaking_leaves_nothing_behind(rehearse):
    stage = rehearse(both(**ONLY_AHEAD))
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.close()
    assert becomes(lambda: listening() == 0)


def silence(path: Path) -> Path:
    file = WavFile(path, 48_000)
    file.append(to_pcm16(np.zeros(96_000, np.float32)))
    file.close()
    return path
