"""What engines get: 16 kHz, mono, 16 bit, whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.audio.convert import EngineStream, read_samples, resample, to_engine_wav
from desktop.audio.problems import AudioUnavailable, Cause
from desktop.audio.wav_file import WavFile
from tests.helpers.listening import correlation
from tests.helpers.sounds import human_clips, write_wav

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_every_rate_becomes_16_khz_and_keeps_the_tone(tmp_path: Path, rate_hz: int) -> None:
    time_s = np.arange(rate_hz * 2) / rate_hz
    tone = (0.5 * np.sin(2 * np.pi * 1_000 * time_s)).astype(np.float32)
    source, target = write_wav(tmp_path / "s.wav", tone, rate_hz), tmp_path / "t.wav"
    to_engine_wav(source, target)

    with wave.open(str(target)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.getnframes() == pytest.approx(32_000, abs=1)
    got, _ = read_samples(target)
    ideal = 0.5 * np.sin(2 * np.pi * 1_000 * np.arange(len(got)) / 16_000)
    middle = slice(1_600, -1_600)
    assert np.abs(got[middle] - ideal[middle]).max() < 2 / 32768


def test_what_16_khz_cannot_hold_is_gone(tmp_path: Path) -> None:
    time_s = np.arange(96_000) / 48_000
    whistle = (0.9 * np.sin(2 * np.pi * 9_000 * time_s)).astype(np.float32)
    to_engine_wav(write_wav(tmp_path / "s.wav", whistle, 48_000), tmp_path / "t.wav")
    got, _ = read_samples(tmp_path / "t.wav")
    assert np.abs(got[1_600:-1_600]).max() <= 1 / 32768


def test_16_khz_stays_bit_for_bit(tmp_path: Path) -> None:
    clip = human_clips()["001"]
    source, target = write_wav(tmp_path / "s.wav", clip), tmp_path / "t.wav"
    to_engine_wav(source, target)
    assert target.read_bytes() == source.read_bytes()


def test_flac_and_stereo_are_read_by_their_first_channel(tmp_path: Path) -> None:
    clip = human_clips()["goforward.raw"]
    soundfile.write(tmp_path / "s.flac", np.stack((clip, -clip), axis=1), 16_000)
    to_engine_wav(tmp_path / "s.flac", tmp_path / "t.wav")
    got, _ = read_samples(tmp_path / "t.wav")
    assert np.array_equal(got, clip)


def test_the_same_bytes_give_the_same_bytes(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "s.wav", resample(human_clips()["002"], 16_000, 48_000), 48_000)
    for name in ("a.wav", "b.wav"):
        to_engine_wav(source, tmp_path / name)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio at all" * 100, bytes(5_000)])
def test_what_is_not_audio_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "notes.wav"
    source.write_bytes(content)
    with pytest.raises(AudioUnavailable, match=r"“notes\.wav” cannot be read") as refusal:
        to_engine_wav(source, tmp_path / "t.wav")
    assert refusal.value.cause is Cause.UNREADABLE_FILE
    assert list(tmp_path.iterdir()) == [source]


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(AudioUnavailable):
        to_engine_wav(tmp_path / "nowhere.wav", tmp_path / "t.wav")


def test_a_very_long_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "long.wav", np.zeros(601 * 8_000, np.float32), 8_000)
    with pytest.raises(AudioUnavailable, match="longer than 10 minutes"):
        to_engine_wav(source, tmp_path / "t.wav")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused_in_words(tmp_path: Path, value: float) -> None:
    samples = np.full(16_000, 0.1, np.float32)
    samples[5_000] = value
    soundfile.write(tmp_path / "s.wav", samples, 16_000, subtype="FLOAT")
    with pytest.raises(AudioUnavailable, match="cannot be read as audio"):
        to_engine_wav(tmp_path / "s.wav", tmp_path / "t.wav")


def test_what_is_louder_than_can_be_is_clipped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "s.wav", np.full(48_000, 3e38, np.float32), 48_000, subtype="FLOAT")
    assert read_samples(tmp_path / "s.wav")[0].max() == 1
    to_engine_wav(tmp_path / "s.wav", tmp_path / "t.wav")


@pytest.mark.parametrize("length", [0, 2**32 - 1, 0x7FFF_F000])
def test_a_length_that_its_writer_did_not_know_is_no_cut(tmp_path: Path, length: int) -> None:
    """As programs write it that stream into a pipe; espeak-ng is one."""
    source = write_wav(tmp_path / "s.wav", np.full(16_000, 0.1, np.float32))
    content = bytearray(source.read_bytes())
    content[40:44] = length.to_bytes(4, "little")
    source.write_bytes(content)
    assert len(read_samples(source)[0]) == (16_000 if length else 0)


def test_of_many_channels_one_is_in_memory(tmp_path: Path) -> None:
    """Ten seconds of eight channels at 192 kHz, in holes that take no room on the disk."""
    size = 10 * 192_000 * 8 * 2
    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setparams((8, 2, 192_000, 0, "NONE", "not compressed"))
        file.writeframes(bytes(16))
    with (tmp_path / "s.wav").open("r+b") as raw:
        for at, number in ((4, size + 36), (40, size)):
            raw.seek(at)
            raw.write(number.to_bytes(4, "little"))
        raw.truncate(size + 44)
    tracemalloc.start()
    samples, rate_hz = read_samples(tmp_path / "s.wav")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(samples), rate_hz) == (10 * 192_000, 192_000)
    assert most < 2 * samples.nbytes


def test_an_earlier_target_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    target = write_wav(tmp_path / "t.wav", human_clips()["001"])
    before = target.read_bytes()
    source = write_wav(tmp_path / "s.wav", human_clips()["002"])
    program = (
        "import resource, sys; from pathlib import Path;"
        "from desktop.audio.convert import to_engine_wav;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));"
        "to_engine_wav(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", program, str(source), str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert os.strerror(errno.EFBIG) in outcome.stderr
    assert target.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [source, target]


def test_who_reads_the_earlier_target_reads_it_to_its_end(tmp_path: Path) -> None:
    target = write_wav(tmp_path / "t.wav", human_clips()["001"])
    before = target.read_bytes()
    with target.open("rb") as reader:
        to_engine_wav(write_wav(tmp_path / "s.wav", human_clips()["002"]), target)
        assert reader.read() == before


def test_resampling_there_and_back_keeps_the_voice() -> None:
    clip = human_clips()["something.raw"]
    there = resample(clip, 16_000, 44_100)
    assert correlation(resample(there, 44_100, 16_000), clip) > 0.9999


@given(st.lists(st.binary(max_size=200).map(lambda b: b[: len(b) // 2 * 2]), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_wav_file_is_whole_after_every_block(tmp_path: Path, blocks: list[bytes]) -> None:
    path = tmp_path / "w.wav"
    path.unlink(missing_ok=True)
    file, written = WavFile(path, 16_000), b""
    for block in blocks:
        file.append(block)
        written += block
        with wave.open(str(path)) as reader:
            assert reader.readframes(reader.getnframes()) == written
        assert file.frames * 2 == len(written)
    file.close()
    file.close()
    assert len(path.read_bytes()) == 44 + len(written)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000])
@given(seed=st.integers(0, 9), sizes=st.lists(st.integers(0, 30_000), max_size=12))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_pieces_of_any_size_it_is_what_the_file_becomes(
    tmp_path: Path, rate_hz: int, seed: int, sizes: list[int]
) -> None:
    loud = np.random.default_rng(seed).normal(0, 0.4, rate_hz)  # some of it is clipped
    source, target = tmp_path / "s.wav", tmp_path / "t.wav"
    source.unlink(missing_ok=True)
    to_engine_wav(write_wav(source, np.clip(loud, -1, 1).astype(np.float32), rate_hz), target)
    with wave.open(str(source)) as file, wave.open(str(target)) as heard:
        pcm16 = file.readframes(file.getnframes())
        whole = heard.readframes(heard.getnframes())
    stream = EngineStream(rate_hz)
    cuts = [2 * cut for cut in np.cumsum(sizes) if 2 * cut < len(pcm16)]
    pieces = [pcm16[a:b] for a, b in itertools.pairwise([0, *cuts, len(pcm16)])]
    assert b"".join([*(stream.add(piece) for piece in pieces), stream.end()]) == whole
