"""Whisper in its worker: what it hears, whom it does not, and what it does not open."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines import wire
from engines.api import Transcription
from engines.audio import as_float32, read_take
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.openai_whisper.checkpoint import load_checkpoint
from engines.openai_whisper.listening import Listener, listen, prepare
from tests.engines.segment_contract import closed, feed, opened, samples_of
from tests.helpers.engine_worker import LIMIT_S, load, refused, worker_of
from tests.helpers.wav_files import write_pauses, write_wav
from tests.tiny.whisper_pt import WORDS, build_whisper_pt

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def pt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_whisper_pt(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    """One for all tests here, so that each also sees that the one before left it alive."""
    with worker_of("openai_whisper") as worker:
        worker.start()
        yield worker
        assert worker.alive


def model(path: Path, **table: Any) -> dict[str, Any]:
    return {"path": str(path), "allow_pickle": path.name, "device": "cpu"} | table


def transcribe(worker: WorkerProcess, take: Path, **settings: Any) -> Transcription:
    params = {"wav_path": str(take), "settings": settings}
    return wire.read_transcription(
        worker.call("transcribe", params, timeout_s=LIMIT_S).result(LIMIT_S)
    )[0]


def test_one_hypothesis_in_words(worker: WorkerProcess, pt: Path, take: Path) -> None:
    loaded = load(worker, model(pt, language="en"))
    assert loaded["dtype"] == "float32"
    assert set(loaded["weights"]) == {"tiny.pt"}
    heard = transcribe(worker, take)
    assert [hypothesis.name for hypothesis in heard.hypotheses] == ["transcript"]
    said = heard.named("transcript")
    assert said.accepted
    assert said.text
    assert set(said.text.split()) <= set(WORDS.split())
    assert said.score < 0
    assert heard.duration_ms == pytest.approx(1500)
    assert "tiny.pt" in heard.model_version


def test_the_first_take_finds_all_tables_read(
    pt: Path, take: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tiktoken import core
    from tqdm import tqdm
    from whisper.tokenizer import get_encoding

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # else a thread is left behind
    whisper = load_checkpoint(pt, "cpu")
    for cache in (get_encoding, core._special_token_regex):
        cache.cache_clear()  # as in a worker that has just begun
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Whisper leaves its tables open
        prepare(whisper)
    read = get_encoding.cache_info().misses, core._special_token_regex.cache_info().misses
    assert read == (1, 1)
    listen(whisper, as_float32(read_take(take)), "en", lambda: False)
    assert get_encoding.cache_info().misses == 1
    assert core._special_token_regex.cache_info().misses == 1


def test_without_a_language_it_is_told_from_the_sound(
    worker: WorkerProcess, pt: Path, take: Path
) -> None:
    load(worker, model(pt))
    assert transcribe(worker, take).named("transcript").text
    assert transcribe(worker, take, language="de").named("transcript").text


def test_a_language_it_does_not_know_is_an_error_in_words(
    worker: WorkerProcess, pt: Path, take: Path
) -> None:
    load(worker, model(pt))
    with pytest.raises(EngineError, match="klingon") as caught:
        transcribe(worker, take, language="klingon")
    assert caught.value.kind is ErrorKind.INTERNAL


def test_where_nobody_spoke_there_is_no_text(
    worker: WorkerProcess, tmp_path: Path, take: Path
) -> None:
    load(worker, model(build_whisper_pt(tmp_path, hears_nobody=True), language="en"))
    with pytest.raises(EngineError) as caught:
        transcribe(worker, take)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY


def test_a_take_of_several_windows_is_heard_whole(
    worker: WorkerProcess, pt: Path, take: Path, tmp_path: Path
) -> None:
    load(worker, model(pt, language="en"))
    long = write_wav(tmp_path / "long.wav", seconds=65)
    once, thrice = (
        len(transcribe(worker, wav).named("transcript").text.split()) for wav in (take, long)
    )
    assert thrice == 3 * once


def test_what_is_told_nothing_is_heard_as_if_nothing_had_been_said(
    pt: Path, take: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # else a thread is left behind
    whisper, samples = load_checkpoint(pt, "cpu"), as_float32(read_take(take))
    texts = []
    for told in (False, True):
        listener = Listener(whisper, "en", lambda: False)
        listener.hear(samples, told=False)
        once = listener.verdict().text
        listener.hear(samples, told=told)
        texts.append(listener.verdict().text == f"{once} {once}")
    assert texts == [True, False]


def test_a_take_beyond_the_limit_is_refused(worker: WorkerProcess, pt: Path, take: Path) -> None:
    load(worker, model(pt, longest_s=1))
    with pytest.raises(EngineError) as caught:
        transcribe(worker, take)
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG


def test_it_stops_within_a_window_when_nobody_waits(
    pt: Path, take: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # else a thread is left behind
    whisper = load_checkpoint(pt, "cpu")
    samples = as_float32(read_take(take))
    asked = 0

    def after_five_steps() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(RequestCancelled):
        listen(whisper, samples, "en", after_five_steps)
    assert asked == 6
    # Nothing is left behind in the model.
    fresh = load_checkpoint(pt, "cpu")
    again, first = (listen(m, samples, "en", lambda: False) for m in (whisper, fresh))
    assert again == first


def test_what_was_said_before_a_pause_is_heard_while_the_person_goes_on(
    worker: WorkerProcess, pt: Path, tmp_path: Path
) -> None:
    load(worker, model(pt, language="en", segments=True))
    take = write_pauses(tmp_path / "take.wav")
    segment = opened(worker)
    feed(worker, segment, samples_of(take))
    heard = closed(worker, segment)
    assert heard.segments == 3
    said = heard.named("transcript")
    assert set(said.text.split()) <= set(WORDS.split())
    whole = transcribe(worker, take)
    assert whole.segments == 0
    assert len(said.text.split()) > len(whole.named("transcript").text.split())
    assert heard.duration_ms == whole.duration_ms


def test_where_nobody_spoke_in_any_stretch_there_is_no_text(
    worker: WorkerProcess, tmp_path: Path
) -> None:
    deaf = build_whisper_pt(tmp_path, hears_nobody=True)
    load(worker, model(deaf, language="en", segments=True))
    segment = opened(worker)
    feed(worker, segment, samples_of(write_pauses(tmp_path / "take.wav")))
    with pytest.raises(EngineError) as caught:
        closed(worker, segment)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY


def test_without_its_setting_a_take_is_heard_whole(worker: WorkerProcess, pt: Path) -> None:
    assert load(worker, model(pt))["segments"] is False
    with pytest.raises(EngineError, match="before its end"):
        opened(worker)
    assert "'yes'" in refused(worker, model(pt, segments="yes")).researcher


class _Malicious:
    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._marker,)


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_program_in_a_checkpoint_does_not_run(
    worker: WorkerProcess, tmp_path: Path, as_zip: bool
) -> None:
    import torch

    path, marker = tmp_path / "malicious.pt", tmp_path / "it-ran"
    content = {"dims": _Malicious(marker), "model_state_dict": {}}
    if as_zip:
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(content))
    assert "allow_pickle" in refused(worker, model(path, allow_pickle="another.pt")).researcher
    error = refused(worker, model(path))
    assert error.kind is ErrorKind.INTERNAL
    assert "could be a program" in error.researcher
    assert not marker.exists()
    # It is a program: whoever opens it carelessly runs it.
    torch.load(path, weights_only=False) if as_zip else pickle.loads(path.read_bytes())
    assert marker.exists()


def test_a_truncated_checkpoint_is_to_be_fetched_again(
    worker: WorkerProcess, pt: Path, tmp_path: Path
) -> None:
    path = tmp_path / "half.pt"
    for share in (0.0, 0.5, 0.99):
        content = pt.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        error = refused(worker, model(path))
        assert error.kind is ErrorKind.NEEDS_DOWNLOAD
        assert "fetch it again" in error.researcher


def test_what_is_no_whisper_is_said_to_be_none(worker: WorkerProcess, tmp_path: Path) -> None:
    import torch

    path = tmp_path / "other.pt"
    path.write_text("this is text and no checkpoint")
    assert refused(worker, model(path)).kind is ErrorKind.INTERNAL
    for content in ({}, [], {"dims": {"depth": 3}, "model_state_dict": {}}, {"dims": {}}):
        torch.save(content, path)
        error = refused(worker, model(path))
        assert error.kind is ErrorKind.INTERNAL
        assert "cannot be loaded as a Whisper" in error.researcher


def test_a_checkpoint_that_is_not_there_needs_a_download(
    worker: WorkerProcess, tmp_path: Path
) -> None:
    assert refused(worker, model(tmp_path / "none.pt")).kind is ErrorKind.NEEDS_DOWNLOAD


def test_a_device_that_is_not_here_is_said_to_be_missing(worker: WorkerProcess, pt: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("CUDA is here")
    assert "no cuda" in refused(worker, model(pt, device="cuda")).researcher
    assert load(worker, model(pt, device="auto"))["device"] == "cpu"
