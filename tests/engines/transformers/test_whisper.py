"""Whisper through transformers: what was said, and that nothing was."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.errors import EngineError, ErrorKind
from tests.helpers.asking_worker import AskedWorker
from tests.helpers.wav_files import write_wav

pytestmark = pytest.mark.local


def test_one_hypothesis_with_a_score(worker: AskedWorker, whisper: Path, take: Path) -> None:
    worker.load(path=str(whisper), language="en")
    heard = worker.transcribe(take)
    assert [h.name for h in heard.hypotheses] == ["transcript"]
    said = heard.named("transcript")
    assert said.text
    assert said.accepted
    assert said.score < 0
    assert heard.duration_ms == 1500


def test_where_nobody_speaks_no_text_is_made_up(
    worker: AskedWorker, deaf_whisper: Path, whisper: Path, take: Path
) -> None:
    worker.load(path=str(deaf_whisper))
    with pytest.raises(EngineError) as caught:
        worker.transcribe(take)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY
    assert caught.value.data["no_speech"] == [1.0]
    worker.load(path=str(whisper))
    assert worker.transcribe(take).named("transcript").text


def test_hears_a_take_of_several_windows(
    worker: AskedWorker, whisper: Path, tmp_path: Path
) -> None:
    worker.load(path=str(whisper))
    first = write_wav(tmp_path / "first.wav", seconds=30)
    whole = worker.transcribe(write_wav(tmp_path / "whole.wav", seconds=70))
    assert whole.duration_ms == 70_000
    short = worker.transcribe(first).named("transcript").text
    assert len(whole.named("transcript").text.split()) > len(short.split())


def test_too_long_a_take(worker: AskedWorker, whisper: Path, tmp_path: Path) -> None:
    worker.load(path=str(whisper))
    with pytest.raises(EngineError) as caught:
        worker.transcribe(write_wav(tmp_path / "long.wav", seconds=121))
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG


def test_a_language_it_does_not_know(worker: AskedWorker, whisper: Path) -> None:
    with pytest.raises(EngineError, match="'tlh'"):
        worker.load(path=str(whisper), language="tlh")
