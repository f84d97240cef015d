"""Every verdict on takes made for it, and none on good ones (F15)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from desktop.audio.capture import Capture, FaultKind
from desktop.audio.continuity import Gap
from desktop.audio.convert import read_samples
from desktop.audio.facts import Samples
from desktop.audio.quality import Code, Limits, assess
from tests.helpers.sounds import (
    RATE_HZ,
    at_level,
    clicks,
    hum,
    human_clips,
    noise,
    speak,
)

HUMAN = human_clips()
SENTENCE = HUMAN["sense_and_sensibility_01_austen_64kb-0880"]
VOICES = ("en-us", "en-gb", "en-us+f3", "en-us+m3", "en-us+whisper", "en-gb-scotland")
SAID = (
    "yes please",
    "what is the capital of france",
    "how do i make scrambled eggs for two people",
)


def codes(samples: Samples, capture: Capture | None = None) -> list[Code]:
    return [verdict.code for verdict in assess(samples, RATE_HZ, capture).verdicts]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def in_a_room(samples: Samples, noise_dbfs: float = -65.0) -> Samples:
    """With half a second of the room on either side."""
    around = silence(0.5)
    padded = np.concatenate((around, samples, around))
    return padded + noise(len(padded) / RATE_HZ, noise_dbfs)


def muted_at(second: float) -> Samples:
    samples = in_a_room(SENTENCE)
    samples[round(second * RATE_HZ) :] = 0.0
    return samples


def clipped(gain_db: float) -> Samples:
    return np.clip(SENTENCE * 10 ** (gain_db / 20), -1.0, 32767 / 32768).astype(np.float32)


BAD: dict[str, tuple[Callable[[], Samples], Code, bool]] = {
    "a key touched": (lambda: in_a_room(SENTENCE)[: RATE_HZ * 3 // 10], Code.TOO_SHORT, True),
    "just too short": (lambda: SENTENCE[: RATE_HZ * 99 // 100], Code.TOO_SHORT, True),
    "an empty file": (lambda: silence(0.0), Code.MUTED, True),
    "ten minutes": (
        lambda: np.tile(in_a_room(SENTENCE), 151)[: RATE_HZ * 600],
        Code.TOO_LONG,
        True,
    ),
    "61 seconds": (lambda: np.tile(in_a_room(SENTENCE), 16)[: RATE_HZ * 61], Code.TOO_LONG, True),
    "exact zeros": (lambda: silence(3.0), Code.MUTED, True),
    "exact zeros, short": (lambda: silence(0.3), Code.MUTED, True),
    "muted after a click": (
        lambda: np.concatenate((clicks(0.1, 20), silence(3.0))),
        Code.MUTED,
        True,
    ),
    "muted in mid-sentence": (lambda: muted_at(2.0), Code.MUTED, True),
    "dead for a while": (
        lambda: np.concatenate((SENTENCE, silence(1.2), SENTENCE)),
        Code.MUTED,
        False,
    ),
    "quiet speech": (lambda: at_level(SENTENCE, -52.0), Code.TOO_QUIET, True),
    "quiet speech in a room": (
        lambda: in_a_room(at_level(SENTENCE, -50.0), -70.0),
        Code.TOO_QUIET,
        True,
    ),
    "a little clipped": (lambda: clipped(16.0), Code.CLIPPED, False),
    "badly clipped": (lambda: clipped(36.0), Code.CLIPPED, True),
    "an empty room": (lambda: noise(3.0, -70.0), Code.NO_SPEECH, True),
    "a loud fan": (lambda: noise(5.0, -30.0, colour=1.0), Code.NO_SPEECH, True),
    "white noise": (lambda: noise(5.0, -20.0), Code.NO_SPEECH, True),
    "rumble": (lambda: noise(5.0, -25.0, colour=2.0), Code.NO_SPEECH, True),
    "mains hum": (lambda: hum(4.0, -20.0), Code.NO_SPEECH, True),
    "digital silence that hisses now and then": (
        lambda: np.tile(np.concatenate((silence(0.2), noise(0.3, -88.0))), 8),
        Code.NO_SPEECH,
        True,
    ),
    "typing": (lambda: clicks(6.0, 3.0), Code.NO_SPEECH, True),
}


def test_each_bad_take_gets_its_verdict_and_no_other() -> None:
    wrong = {}
    for name, (make, code, refused) in BAD.items():
        quality = assess(make(), RATE_HZ)
        found = [verdict.code for verdict in quality.verdicts]
        if found != [code] or quality.refused is not refused:
            wrong[name] = found, quality.refused
        for text in (part for v in quality.verdicts for part in (v.sentence, v.advice)):
            assert text.endswith(".")
            assert "nan" not in text
            assert "inf" not in text
    assert wrong == {}


def falsely_judged(clips: dict[str, Samples]) -> dict[str, list[Code]]:
    return {name: found for name, samples in clips.items() if (found := codes(samples))}


def test_people_get_no_verdict() -> None:
    assert falsely_judged(HUMAN) == {}
    assert min(assess(samples, RATE_HZ).speech_share for samples in HUMAN.values()) > 0.4


@pytest.mark.parametrize("noise_dbfs", [-75.0, -60.0, -50.0, -45.0])
def test_people_in_a_noisy_room_get_no_verdict(noise_dbfs: float) -> None:
    clips = {name: in_a_room(at_level(clip, -24.0), noise_dbfs) for name, clip in HUMAN.items()}
    assert falsely_judged(clips) == {}


@pytest.mark.parametrize("level_dbfs", [-18.0, -30.0, -40.0])
def test_people_far_and_near_get_no_verdict(level_dbfs: float) -> None:
    clips = {}
    for name, clip in HUMAN.items():
        samples = at_level(clip, level_dbfs)
        clips[name] = in_a_room(samples / max(1.01 * np.abs(samples).max(), 1.0), -75.0)
    assert falsely_judged(clips) == {}


@pytest.mark.parametrize("voice", VOICES)
def test_synthetic_voices_get_no_verdict(tmp_path: Path, voice: str) -> None:
    false = []
    for number, (text, speed) in enumerate(itertools.product(SAID, (120, 175, 250))):
        path = speak(text, tmp_path / f"{number}.wav", voice=voice, words_per_minute=speed)
        samples, rate_hz = read_samples(path)
        padded = np.pad(samples, rate_hz // 2)
        room = np.random.default_rng(1).normal(0.0, 0.0005, len(padded)).astype(np.float32)
        false += [(text, speed, v.code) for v in assess(padded + room, rate_hz).verdicts]
    assert false == []


def captured(
    held_ms: float = 3_000.0,
    frames_expected: int = 48_000,
    device_changed: bool = False,
    ended_by: FaultKind | None = None,
) -> Capture:
    """A capture of 48,000 frames of which only the named facts are of interest."""
    return Capture(
        part_path=Path("take.part"),
        rate_hz=RATE_HZ,
        channels=1,
        device_channels=1,
        frames=48_000,
        frames_expected=frames_expected,
        gaps=(Gap(at_ms=100.0, missing_ms=1.0),) if frames_expected > 48_000 else (),
        duration_ms=3_000.0,
        held_ms=held_ms,
        device_start="a",
        device_end="b" if device_changed else "a",
        device_changed=device_changed,
        status_flags=0,
        peak_dbfs=-10.0,
        rms_dbfs=-25.0,
        clipped_runs=0,
        clipped_samples=0,
        zero_runs=0,
        zero_ms=0.0,
        longest_zero_ms=0.0,
        ending_zero_ms=0.0,
        sha256="",
        ended_by=ended_by,
    )


@pytest.mark.parametrize(
    ("capture", "expected", "refused"),
    [
        (captured(), [], False),
        (captured(held_ms=300.0), [Code.TOO_SHORT], True),
        (captured(ended_by=FaultKind.TOO_LONG), [Code.TOO_LONG], True),
        (captured(device_changed=True), [Code.DEVICE_CHANGED], False),
        (captured(frames_expected=48_400), [], False),
        (captured(frames_expected=48_600), [Code.SAMPLES_LOST], False),
        (captured(frames_expected=96_000), [Code.SAMPLES_LOST], True),
        (captured(ended_by=FaultKind.DEVICE_LOST), [Code.ENDED_EARLY], False),
        (captured(ended_by=FaultKind.DISK_FULL), [Code.ENDED_EARLY], False),
        (
            captured(device_changed=True, frames_expected=96_000),
            [Code.SAMPLES_LOST, Code.DEVICE_CHANGED],
            True,
        ),
    ],
)
def test_what_the_recorder_knows_is_judged_too(
    capture: Capture, expected: list[Code], refused: bool
) -> None:
    quality = assess(SENTENCE, RATE_HZ, capture)
    assert [verdict.code for verdict in quality.verdicts] == expected
    assert quality.refused is refused


def test_the_rolls_do_not_make_a_short_take_long_enough() -> None:
    assert len(SENTENCE) > RATE_HZ
    assert codes(SENTENCE, captured(held_ms=300.0)) == [Code.TOO_SHORT]


def test_the_limits_can_be_set() -> None:
    assert assess(SENTENCE, RATE_HZ, limits=Limits(longest_ms=2_000.0)).refused
    assert not assess(SENTENCE[:8_000], RATE_HZ, limits=Limits(shortest_ms=200.0)).refused


@given(
    arrays.arrays(
        np.float32,
        st.integers(0, 40_000),
        elements=st.floats(-1, 1, width=32),
        fill=st.sampled_from([np.float32(0.0), np.float32(1.0), np.float32(1e-3)]),
    ),
    st.sampled_from([8_000, 16_000, 44_100, 48_000]),
)
def test_any_samples_can_be_judged(samples: Samples, rate_hz: int) -> None:
    quality = assess(samples, rate_hz)
    assert 0.0 <= quality.speech_share <= 1.0
    assert quality.facts.peak_dbfs <= 0.0
    assert quality.verdicts == () or len({v.code for v in quality.verdicts}) == len(
        quality.verdicts
    )
