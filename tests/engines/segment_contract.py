"""What every recogniser must pass that says it hears takes while they are being spoken.

Part of `EngineContract`: an engine whose model takes no segments skips all of it.
"""

from __future__ import annotations

import contextlib
import wave
from pathlib import Path
from typing import Any, ClassVar

import pytest

from engines import wire
from engines.api import Transcription
from engines.call import Call
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled

LIMIT_S = 60.0
"""As in the contract."""
PIECE_BYTES = 2 * 14_321
"""No multiple of anything."""


class SegmentContract:
    hears_alike: ClassVar[bool] = True
    """Whether a take is heard alike in pieces and whole."""

    @pytest.fixture
    def able(self, started: Any) -> WorkerProcess:
        loaded, _ = wire.read_loaded(started.loaded)
        if not loaded.segments:
            pytest.skip("what is loaded takes no segments")
        assert started.initialized.capabilities["segments"]
        worker: WorkerProcess = started.worker
        return worker

    def test_hears_a_take_in_pieces(self, able: WorkerProcess, take: Path) -> None:
        segment = opened(able)
        feed(able, segment, samples_of(take))
        heard = closed(able, segment)
        assert heard.segments >= 1
        whole = self._whole(able, take)
        assert whole.segments == 0
        assert heard.duration_ms == pytest.approx(whole.duration_ms)
        assert heard.model_version == whole.model_version
        assert [h.name for h in heard.hypotheses] == [h.name for h in whole.hypotheses]
        if self.hears_alike:
            assert heard.hypotheses == whole.hypotheses

    def test_a_segment_of_nothing_is_empty(self, able: WorkerProcess) -> None:
        with pytest.raises(EngineError) as caught:
            closed(able, opened(able))
        assert caught.value.kind is ErrorKind.AUDIO_EMPTY

    def test_a_dropped_segment_is_forgotten(self, able: WorkerProcess, take: Path) -> None:
        call = ask_to_open(able)
        segment = wire.read_segment(call.result(LIMIT_S))
        feed(able, segment, samples_of(take))
        able.notify("cancel", {"id": call.request.id})
        with pytest.raises(EngineError, match="no open segment"):
            closed(able, segment)
        assert self._whole(able, take).hypotheses

    def test_a_whole_take_goes_before_an_open_segment(
        self, able: WorkerProcess, take: Path
    ) -> None:
        alone = self._whole(able, take)
        segment = opened(able)
        feed(able, segment, samples_of(take)[: 2 * 8000])
        assert self._whole(able, take).hypotheses == alone.hypotheses
        with pytest.raises(EngineError, match="no open segment"):
            closed(able, segment)

    def test_a_segment_goes_before_the_one_that_was_open(
        self, able: WorkerProcess, take: Path
    ) -> None:
        first, second = opened(able), opened(able)
        feed(able, first, samples_of(take)[: 2 * 8000])  # not heard by the second
        feed(able, second, samples_of(take))
        heard = closed(able, second)
        assert heard.duration_ms == pytest.approx(self._whole(able, take).duration_ms)
        with pytest.raises(EngineError, match="no open segment"):
            closed(able, first)

    def test_a_close_that_is_cancelled_leaves_the_worker_free(
        self, able: WorkerProcess, take: Path
    ) -> None:
        segment = opened(able)
        feed(able, segment, samples_of(take))
        call = able.call("close", {"segment": segment}, timeout_s=LIMIT_S)
        call.cancel_request()
        with contextlib.suppress(RequestCancelled):
            call.result(LIMIT_S)
        assert able.alive
        assert self._whole(able, take).hypotheses

    def _whole(self, worker: WorkerProcess, take: Path) -> Transcription:
        raise NotImplementedError  # `EngineContract` has it


def ask_to_open(worker: WorkerProcess) -> Call:
    return worker.call("open", {"rate_hz": 16_000, "settings": {}}, timeout_s=LIMIT_S)


def opened(worker: WorkerProcess) -> int:
    return wire.read_segment(ask_to_open(worker).result(LIMIT_S))


def feed(worker: WorkerProcess, segment: int, pcm16: bytes) -> None:
    for at in range(0, len(pcm16), PIECE_BYTES):
        assert worker.notify("feed", wire.write_feed(segment, pcm16[at : at + PIECE_BYTES]))


def closed(worker: WorkerProcess, segment: int) -> Transcription:
    answer = worker.call("close", {"segment": segment}, timeout_s=LIMIT_S).result(LIMIT_S)
    return wire.read_transcription(answer)[0]


def samples_of(take: Path) -> bytes:
    with wave.open(str(take), "rb") as file:
        return file.readframes(file.getnframes())
