"""Whisper through transformers: what was said, and that nothing was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.errors import EngineError, ErrorKind
from engines.transformers.engine import Engine
from engines.transformers.whisper import Whisper
from tests.engines.segment_contract import closed, feed, opened, samples_of
from tests.helpers.asking_worker import AskedWorker
from tests.helpers.wav_files import write_pauses, write_wav

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


def test_what_was_said_before_a_pause_is_heard_while_the_person_goes_on(
    worker: AskedWorker, whisper: Path, tmp_path: Path
) -> None:
    """Each stretch is told what was said before it, which changes what this one then writes."""
    worker.load(path=str(whisper), language="en", segments=True)
    take = write_pauses(tmp_path / "take.wav")
    segment = opened(worker.process)
    feed(worker.process, segment, samples_of(take))
    heard = closed(worker.process, segment)
    assert heard.segments == 3
    assert heard.named("transcript").text
    assert heard.named("transcript").score < 0
    assert heard.duration_ms == worker.transcribe(take).duration_ms == 20_000


def test_what_may_be_noise_is_told_nothing(
    whisper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    hear = Whisper._hear

    def watched(self: Whisper, *args: Any, before: str, **more: Any) -> Any:
        told.append(bool(before))
        return hear(self, *args, before=before, **more)

    monkeypatch.setattr(Whisper, "_hear", watched)
    engine = Engine()
    model = {"path": str(whisper), "language": "en", "segments": True}
    engine.load(model, lambda _what, _share: None)
    segment = engine.open({}, lambda: False)
    segment.feed(samples_of(write_pauses(tmp_path / "take.wav", last=30)))
    assert segment.close().segments == 3
    assert told == [False, True, False]


def test_where_nobody_speaks_in_any_stretch_no_text_is_made_up(
    worker: AskedWorker, deaf_whisper: Path, tmp_path: Path
) -> None:
    worker.load(path=str(deaf_whisper), segments=True)
    segment = opened(worker.process)
    feed(worker.process, segment, samples_of(write_pauses(tmp_path / "take.wav")))
    with pytest.raises(EngineError) as caught:
        closed(worker.process, segment)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY
    assert caught.value.data["no_speech"] == [1.0] * 3


def test_the_next_window_begins_where_the_last_sentence_ended(
    whisper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[float, bool, float]] = []
    hear = Whisper._hear

    def watched(self: Whisper, samples: Any, cancelled: Any, *, with_times: bool) -> Any:
        window = hear(self, samples, cancelled, with_times=with_times)
        heard.append((len(samples) / 16_000, with_times, window.finished_s))
        return window

    monkeypatch.setattr(Whisper, "_hear", watched)
    engine = Engine()
    engine.load({"path": str(whisper)}, lambda _what, _share: None)
    long = write_wav(tmp_path / "long.wav", seconds=70)
    transcription = engine.transcribe(long, {}, lambda: False)
    assert transcription.duration_ms == 70_000
    assert transcription.named("transcript").text
    assert [with_times for _, with_times, _ in heard] == [True, True, False]
    finished = [ended_s for _, with_times, ended_s in heard if with_times]
    assert all(0 < ended_s < 30 for ended_s in finished)
    assert heard[-1][0] == pytest.approx(70 - sum(finished))


@pytest.mark.parametrize(("table", "longest_s"), [({}, 120), ({"longest_s": 3}, 3)])
def test_too_long_a_take(
    worker: AskedWorker, whisper: Path, tmp_path: Path, table: dict[str, int], longest_s: int
) -> None:
    worker.load(path=str(whisper), **table)
    with pytest.raises(EngineError, match=f"the limit is {longest_s} s") as caught:
        worker.transcribe(write_wav(tmp_path / "long.wav", seconds=longest_s + 1))
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG


def test_a_language_it_does_not_know(worker: AskedWorker, whisper: Path) -> None:
    with pytest.raises(EngineError, match="'tlh'"):
        worker.load(path=str(whisper), language="tlh")
