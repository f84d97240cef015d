"""Playing a take back: what the desk says, and what the loudspeaker does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from desktop.audio import portaudio
from desktop.audio.convert import read_samples
from desktop.audio.problems import AudioUnavailable, Cause
from desktop.session.playback_desk import PlaybackDesk
from tests.helpers.listening import Listener, likeness, recorder
from tests.helpers.processes import becomes
from tests.helpers.pulse import PulseServer, microphone_named
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal
from tests.helpers.sounds import write_wav
from ui.state import Phase

LONG_S = 30


@pytest.fixture
def posted() -> list[Callable[[], None]]:
    """What came back from the player's threads, until the test hands it to the desk."""
    return []


@pytest.fixture
def desk(
    pulse: PulseServer,  # noqa: ARG001 - the loudspeaker is its
    posted: list[Callable[[], None]],
) -> Iterator[PlaybackDesk]:
    desk = PlaybackDesk(posted.append)
    yield desk
    desk.shut_down()


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "long.wav", np.zeros(16_000 * LONG_S, np.float32))


def plays() -> bool:
    return portaudio.live_streams() > 0


def is_silent() -> bool:
    return portaudio.live_streams() == 0


def test_a_late_end_of_the_first_playing_does_not_end_the_second_of_the_same_file(
    desk: PlaybackDesk, posted: list[Callable[[], None]], long: Path
) -> None:
    desk.toggle(long)
    assert becomes(plays)
    desk.toggle(long)
    assert not desk.playing(long)
    desk.toggle(long)
    assert becomes(lambda: len(posted) == 1)
    posted.pop()()
    assert desk.playing(long)
    assert becomes(plays)
    desk.stop()
    assert becomes(is_silent)


def test_what_was_played_to_its_end_plays_no_more(
    desk: PlaybackDesk, posted: list[Callable[[], None]], tmp_path: Path
) -> None:
    short = write_wav(tmp_path / "short.wav", np.zeros(1_600, np.float32))
    told: list[bool] = []
    desk.on_change = lambda: told.append(desk.playing(short))
    desk.toggle(short)
    assert becomes(lambda: len(posted) == 1)
    posted.pop()()
    assert told == [True, False]


def test_what_cannot_be_played_is_told_and_does_not_play(
    desk: PlaybackDesk, posted: list[Callable[[], None]], tmp_path: Path
) -> None:
    (tmp_path / "notes.wav").write_text("words")
    told: list[AudioUnavailable] = []
    desk.on_failure = told.append
    desk.toggle(tmp_path / "notes.wav")
    assert becomes(lambda: len(posted) == 1)
    posted.pop()()
    assert [error.cause for error in told] == [Cause.UNREADABLE_FILE]
    assert not desk.playing(tmp_path / "notes.wav")


def test_another_file_takes_the_place_of_what_plays(
    desk: PlaybackDesk, posted: list[Callable[[], None]], long: Path, tmp_path: Path
) -> None:
    other = write_wav(tmp_path / "other.wav", np.zeros(16_000 * LONG_S, np.float32))
    desk.toggle(long)
    assert becomes(plays)
    desk.toggle(other)
    assert becomes(lambda: len(posted) == 1)
    posted.pop()()
    assert (desk.playing(long), desk.playing(other)) == (False, True)


def test_after_the_shut_down_nothing_plays(desk: PlaybackDesk, long: Path) -> None:
    desk.toggle(long)
    assert becomes(plays)
    desk.shut_down()
    assert is_silent()


def voting(stage: Rehearsal) -> Rehearsal:
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    return stage


def says_that_it_plays(stage: Rehearsal) -> bool:
    return stage.state.take is not None and stage.state.take.playing


@pytest.mark.serial
def test_p_plays_the_take_back_and_says_so_until_its_end(
    pulse: PulseServer, rehearse: Callable[..., Rehearsal], spoken: Path, tmp_path: Path
) -> None:
    pulse.pactl("set-default-sink", "speech")  # the microphone stands before the loudspeaker
    stage = voting(rehearse(TWO))
    with recorder(microphone_named("mic1"), Listener()) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        stage.press(Qt.Key.Key_P)
        assert says_that_it_plays(stage)
        stage.until_state(lambda _: not says_that_it_plays(stage), "the end of the playback")
        capture = recording.end().result()
    assert stage.state.problem is None
    assert likeness(capture.part_path, spoken) > 0.9


@pytest.mark.usefixtures("pulse")
def test_p_stops_it_and_plays_it_again(rehearse: Callable[..., Rehearsal]) -> None:
    stage = voting(rehearse(TWO))
    for playing in (True, False, True, False):
        stage.press(Qt.Key.Key_P)
        assert says_that_it_plays(stage) is playing
        stage.qtbot.waitUntil(plays if playing else is_silent, timeout=PATIENCE_MS)


@pytest.mark.usefixtures("pulse")
def test_it_does_not_play_into_the_next_battle(
    rehearse: Callable[..., Rehearsal], spoken: Path, tmp_path: Path
) -> None:
    stage = rehearse(TWO, battles=2)
    samples, rate_hz = read_samples(spoken)
    # Longer than the patience below: it does not end by itself.
    stage.take = write_wav(tmp_path / "talk.wav", np.tile(samples, 8), rate_hz)
    voting(stage).vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_P)
    stage.qtbot.waitUntil(plays, timeout=PATIENCE_MS)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.qtbot.waitUntil(is_silent, timeout=PATIENCE_MS)


@pytest.mark.usefixtures("no_sound_at_all")
def test_whoever_has_no_loudspeaker_is_told_and_can_vote(
    rehearse: Callable[..., Rehearsal],
) -> None:
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_P)
    stage.until_state(lambda state: state.problem is not None, "a sentence")
    assert "No loudspeaker" in stage.state.problem.title
    assert not says_that_it_plays(stage)
    stage.vote(Qt.Key.Key_1)
