"""kill -9 of the whole program: window, session, take desk and recorder, and then on with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.doomed_program import MICROPHONE_MOMENTS, MOMENTS
from tests.helpers.kill_programs import ANY, Tally
from tests.helpers.pulse import PulseServer, no_sound_at_all, pulse
from tests.helpers.sounds import speak

ROOT = Path(__file__).parents[2]
SEED = "20261123"

__all__ = ["no_sound_at_all", "pulse"]


def kill(folder: Path, kills: int, *take: Path) -> Tally:
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.kill_programs", folder, str(kills), SEED, *take],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"},
    )
    return Tally(**json.loads(done.stdout))


def nothing_is_lost(tally: Tally) -> None:
    assert tally.acknowledged > tally.changed > 0
    assert tally.turns > tally.acknowledged - tally.changed
    assert tally.battles_abandoned > 0
    assert tally.recordings_put_aside > 0
    assert tally.sessions_continued > 0
    assert tally.sessions_ended > 0
    wrong = {
        name: getattr(tally, name)
        for name in (
            "lost",
            "lost_turns",
            "duplicated",
            "without_take",
            "lost_recordings",
            "unreadable_recordings",
            "broken_chains",
            "wrong_counts",
            "wrong_offers",
        )
    }
    assert wrong == dict.fromkeys(wrong, 0)


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("question") / "question.wav"
    return speak("what is the capital of france", target)


@pytest.mark.parametrize(
    "kills",
    [pytest.param(21, marks=pytest.mark.local), pytest.param(400, marks=pytest.mark.full)],
    ids="{}-kills".format,
)
def test_a_killed_program_goes_on_where_it_was(tmp_path: Path, question: Path, kills: int) -> None:
    tally = kill(tmp_path / "station", kills, question)
    assert tally.kills >= kills
    assert set(tally.moments) == {ANY, *MOMENTS}
    nothing_is_lost(tally)


@pytest.mark.serial
@pytest.mark.parametrize(
    "kills", [4, pytest.param(200, marks=pytest.mark.full)], ids="{}-kills".format
)
def test_a_program_killed_while_it_listens_goes_on_where_it_was(
    tmp_path: Path, question: Path, pulse: PulseServer, kills: int
) -> None:
    pulse.keep_playing(question)
    tally = kill(tmp_path / "station", kills)
    assert set(tally.moments) >= {*MICROPHONE_MOMENTS}
    nothing_is_lost(tally)
