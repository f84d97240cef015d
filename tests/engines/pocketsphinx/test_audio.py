"""A take is read strictly and prepared as the acoustic model wants it."""

import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.audio import LONGEST_S, RATE_HZ, read_take
from engines.errors import EngineError, ErrorKind
from engines.pocketsphinx.level import Preparing

QUIET = RATE_HZ * 3 // 10


def write(
    path: Path, samples: np.ndarray, *, rate_hz: int = RATE_HZ, channels: int = 1, width: int = 2
) -> Path:
    with wave.open(str(path), "wb") as take:
        take.setnchannels(channels)
        take.setsampwidth(width)
        take.setframerate(rate_hz)
        take.writeframes(samples.astype({1: "u1", 2: "<i2", 4: "<i4"}[width]).tobytes())
    return path


def tone(seconds: float, amplitude: int) -> np.ndarray:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * 440 * time_s)).astype(np.int16)


def prepare(samples: np.ndarray, *cuts: int) -> tuple[bytes, bytes]:
    """The head, and all of it; `samples` come cut in pieces."""
    preparing = Preparing()
    sound = b"".join(preparing.add(piece) for piece in np.split(samples, sorted(cuts)))
    sound += preparing.end()
    return preparing.head, sound


def prepared(samples: np.ndarray) -> np.ndarray:
    return np.frombuffer(prepare(samples)[1], dtype="<i2") / 32767


def talk(seconds: float, amplitude: int = 9_000) -> np.ndarray:
    """Four syllables a second, over the noise of a room."""
    noise = np.random.default_rng(5).normal(0, 20, round(seconds * RATE_HZ))
    time_s = np.arange(len(noise)) / RATE_HZ
    loud = np.sin(2 * np.pi * 2 * time_s) ** 2 > 0.4
    return (noise + loud * tone(seconds, amplitude)).astype(np.int16)


@pytest.mark.parametrize("amplitude", [40, 3_000, 32_767])
def test_any_level_becomes_the_same(amplitude: int) -> None:
    sound = prepared(tone(1.0, amplitude))
    # The peak is at 0.6; the noise laid over it is 0.003 RMS.
    assert np.abs(sound).max() == pytest.approx(0.6, abs=0.02)


def test_quiet_with_a_noise_floor_lies_on_either_side() -> None:
    samples = tone(1.0, 9_000)
    sound = prepared(samples)
    assert len(sound) == len(samples) + 2 * QUIET
    for quiet in (sound[:QUIET], sound[-QUIET:]):
        assert 20 * np.log10(np.sqrt(np.mean(quiet**2))) == pytest.approx(-50.0, abs=0.3)
        # Digital silence is what the model cannot bear: hardly a sample may be zero.
        assert np.mean(quiet == 0) < 0.02


def test_a_take_is_prepared_the_same_every_time() -> None:
    samples = tone(0.5, 9_000)
    assert prepare(samples) == prepare(samples)


@given(cuts=st.lists(st.integers(0, 8 * RATE_HZ), max_size=12))
@settings(max_examples=20, deadline=None)
def test_in_pieces_it_is_prepared_as_whole(cuts: list[int]) -> None:
    samples = talk(8)
    assert prepare(samples, *cuts) == prepare(samples)


def test_what_comes_after_the_head_changes_neither_level_nor_means() -> None:
    head, sound = prepare(talk(8))
    assert 3 < len(head) / 2 / RATE_HZ < 7
    louder = np.concatenate([talk(7), talk(1, 20_000)])
    assert prepare(louder)[0] == head
    assert prepare(louder)[1].startswith(head)
    assert sound.startswith(head)


def test_a_short_request_is_its_own_head() -> None:
    head, sound = prepare(talk(2.5))
    assert head == sound


def test_a_long_silence_before_the_first_word_is_no_head() -> None:
    silence = np.random.default_rng(5).normal(0, 20, 20 * RATE_HZ).astype(np.int16)
    head, _ = prepare(np.concatenate([silence, talk(8)]))
    assert len(head) / 2 / RATE_HZ > 23


def test_the_loudest_sample_of_all_is_not_turned_over() -> None:
    samples = np.full(RATE_HZ, -32_768, dtype=np.int16)
    assert prepared(samples)[QUIET:-QUIET].max() < -0.55


def test_samples_are_read_as_they_were_written(tmp_path: Path) -> None:
    samples = tone(0.5, 9_000)
    assert np.array_equal(read_take(write(tmp_path / "take.wav", samples)), samples)


@pytest.mark.parametrize(
    ("shape", "named"),
    [
        ({"rate_hz": 44_100}, "44100 Hz"),
        ({"channels": 2}, "2 channels"),
        ({"width": 4}, "32 bits"),
        ({"width": 1}, "8 bits"),
    ],
)
def test_another_shape_is_refused_by_name(
    tmp_path: Path, shape: dict[str, int], named: str
) -> None:
    path = write(tmp_path / "take.wav", tone(0.5, 100), **shape)
    with pytest.raises(EngineError, match=named) as caught:
        read_take(path)
    assert caught.value.kind is ErrorKind.BAD_AUDIO


def test_nothing_but_zeros_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "take.wav", np.zeros(RATE_HZ, dtype=np.int16))
    with pytest.raises(EngineError, match="no sound") as caught:
        read_take(path)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY


def test_a_lecture_is_too_long(tmp_path: Path) -> None:
    path = write(tmp_path / "take.wav", np.ones((LONGEST_S + 1) * RATE_HZ, dtype=np.int16))
    with pytest.raises(EngineError, match=f"the limit is {LONGEST_S} s") as caught:
        read_take(path)
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG


def test_what_its_header_refuses_is_not_read(tmp_path: Path) -> None:
    """Ten minutes at 192 kHz on eight channels, and a lecture in the right form."""
    path = tmp_path / "take.wav"
    for shape, size in (({"rate_hz": 192_000, "channels": 8}, 1_843_200_000), ({}, 2**31 - 100)):
        write(path, np.ones(8, dtype=np.int16), **shape)
        with path.open("r+b") as file:  # holes take no room on the disk
            for at, number in ((4, size + 36), (40, size)):
                file.seek(at)
                file.write(number.to_bytes(4, "little"))
            file.truncate(size + 44)
        tracemalloc.start()
        with pytest.raises(EngineError):
            read_take(path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 1_000_000
