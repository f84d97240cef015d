"""Scripted recognitions and answers, with delays, typed failures and real faults.

The model settings are the script, all optional:

    answers             list of texts, one an answer, from the beginning again when exhausted;
                        without it the answer repeats what was said
    heard               list of texts, one a recognition, likewise; without it the recognition is
                        the length of the take
    hypothesis          what the recognition's one hypothesis is called, "scripted" unless said
    understood          false: recognitions say that they were outside their domain
    load_delay_ms       before `load` answers
    delay_ms            before the first token, and before a recognition
    token_delay_ms      before every token
    recalls             true: the answer also says every earlier turn that it was told of
    chunk               characters a token, 4 unless said; 0 gives the answer in one piece
    fail                an `ErrorKind`: every answer and recognition raises it
    fault               one of `engines.echo.faults`
    fault_after_tokens  tokens that still come before `fail` or `fault` strikes, 0 unless said
    fault_in            "answer" (which covers recognitions) unless said; or "load", "probe",
                        "open", "feed" or "close"
    segments            true: hears takes while they are being spoken
    feed_delay_ms       before samples fed to it are counted
    device              {folder, total_bytes}: load into this one (`engines.echo.device`)
    memory_bytes        what it says that it needs there
    takes_bytes         what it takes there; as much as it says, unless said
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from engines.api import (
    Cancelled,
    Finished,
    FinishReason,
    Hypothesis,
    Loaded,
    Probe,
    Progress,
    Prompt,
    Settings,
    Transcription,
    Turn,
)
from engines.audio import RATE_HZ, read_pcm
from engines.echo import device
from engines.echo.faults import FAULTS
from engines.errors import EngineError, ErrorKind

MODEL_VERSION = "echo 1"

_SCRIPT: dict[str, Any] = {
    "answers": [],
    "heard": [],
    "hypothesis": "scripted",
    "understood": True,
    "load_delay_ms": 0,
    "delay_ms": 0,
    "token_delay_ms": 0,
    "recalls": False,
    "chunk": 4,
    "fail": None,
    "fault": None,
    "fault_after_tokens": 0,
    "fault_in": "answer",
    "segments": False,
    "feed_delay_ms": 0,
    "device": None,
    "memory_bytes": 30_000_000,
    "takes_bytes": None,
}


class Engine:
    """A responder, a LAM and a recogniser that does as its model settings say."""

    def __init__(self) -> None:
        self._script = dict(_SCRIPT)
        self._answers: Iterator[str] = iter(())
        self._heard: Iterator[str] = iter(())

    def probe(self, model: Settings) -> Probe:
        if wrong := _wrong(model):
            return Probe(ok=False, reason=wrong)
        script = _SCRIPT | dict(model)
        if script["fault_in"] == "probe":
            self._script = script
            self._strike()
        needs = script["memory_bytes"]
        if script["device"] is None:
            return Probe(ok=True, memory_bytes=needs)
        free = device.free_bytes(script["device"])
        lacks = "" if needs <= free else str(ErrorKind.OUT_OF_MEMORY)
        return Probe(not lacks, (), lacks, needs, lacks, device.NAME, free)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        if wrong := _wrong(model):
            raise EngineError(ErrorKind.INTERNAL, wrong)
        self._script = _SCRIPT | dict(model)
        self._answers = itertools.cycle(self._script["answers"])
        self._heard = itertools.cycle(self._script["heard"])
        progress("reading the script", 0.0)
        time.sleep(self._script["load_delay_ms"] / 1000)
        self._strike_in("load")
        if self._script["device"] is not None:
            takes = self._script["takes_bytes"]
            needs = self._script["memory_bytes"]
            device.take(self._script["device"], needs if takes is None else takes)
        progress("reading the script", 1.0)
        return Loaded(MODEL_VERSION, segments=self._script["segments"])

    def unload(self) -> None:
        self._answers = self._heard = iter(())
        if self._script["device"] is not None:
            device.give_back(self._script["device"])

    def transcribe(
        self,
        wav_path: Path,
        settings: Settings,  # noqa: ARG002 - a recogniser's signature; the script says all
        cancelled: Cancelled,
    ) -> Transcription:
        """One hypothesis."""
        began = time.perf_counter()
        seconds = _seconds(wav_path)
        _wait(self._script["delay_ms"], cancelled)
        self._strike_in("answer")
        return self._recognition(seconds, (time.perf_counter() - began) * 1000)

    def open(
        self,
        settings: Settings,  # noqa: ARG002 - as in `transcribe`
        cancelled: Cancelled,
    ) -> _Segment:
        self._strike_in("open")
        return _Segment(self, cancelled)

    def hear(self, cancelled: Cancelled) -> None:
        """Samples of a segment."""
        _wait(self._script["feed_delay_ms"], cancelled)
        self._strike_in("feed")

    def heard(self, seconds: float) -> Transcription:
        """A segment has ended."""
        self._strike_in("close")
        if not seconds:
            raise EngineError(ErrorKind.AUDIO_EMPTY, "The segment holds no sound.")
        return self._recognition(seconds, 0.0, segments=1)

    def _recognition(self, seconds: float, took_ms: float, segments: int = 0) -> Transcription:
        text = next(self._heard, f"{round(seconds)} seconds of sound")
        name, understood = self._script["hypothesis"], self._script["understood"]
        return Transcription(
            hypotheses=(Hypothesis(name, text, score=0.0, accepted=understood),),
            duration_ms=seconds * 1000,
            recognise_ms=took_ms,
            model_version=MODEL_VERSION,
            segments=segments,
        )

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        said = _said(prompt.text, prompt.wav_path)
        answer = next(self._answers, f"You said: {said}")
        if self._script["recalls"]:
            answer = "\n".join([answer, *(_recalled(turn) for turn in prompt.history)])
        tokens = _tokens(answer, self._script["chunk"])
        _wait(self._script["delay_ms"], cancelled)
        strikes_after = self._script["fault_after_tokens"]
        count = 0
        for count, token in enumerate(tokens, start=1):
            if count == strikes_after + 1 and self._script["fault_in"] == "answer":
                self._strike()
            _wait(self._script["token_delay_ms"], cancelled)
            if cancelled():
                return Finished(FinishReason.CANCELLED, MODEL_VERSION, answer_tokens=count - 1)
            yield token
        return Finished(FinishReason.STOP, MODEL_VERSION, len(said.split()), count)

    def _strike_in(self, place: str) -> None:
        if self._script["fault_in"] == place:
            self._strike()

    def _strike(self) -> None:
        if self._script["fail"] is not None:
            kind = ErrorKind(self._script["fail"])
            raise EngineError(kind, f"The script of the fake engine says {kind}.")
        if self._script["fault"] is not None:
            FAULTS[self._script["fault"]]()


class _Segment:
    """Counts what it is fed."""

    def __init__(self, engine: Engine, cancelled: Cancelled) -> None:
        self._engine = engine
        self._cancelled = cancelled
        self._frames = 0

    def feed(self, pcm16: bytes) -> None:
        self._engine.hear(self._cancelled)
        self._frames += len(pcm16) // 2

    def close(self) -> Transcription:
        return self._engine.heard(self._frames / RATE_HZ)

    def discard(self) -> None:
        self._frames = 0


def _said(text: str, wav_path: Path | None) -> str:
    return text if wav_path is None else f"{round(_seconds(wav_path))} seconds of sound"


def _recalled(turn: Turn) -> str:
    return f"Before: {_said(turn.said, turn.wav_path)} -> {turn.answered}"


def _wrong(model: Settings) -> str:
    if unknown := sorted(set(model) - set(_SCRIPT)):
        return f"The fake engine knows no setting {unknown[0]!r}."
    if model.get("fail") is not None and model["fail"] not in set(ErrorKind):
        return f"The fake engine cannot fail with {model['fail']!r}."
    if model.get("fault") is not None and model["fault"] not in FAULTS:
        return f"The fake engine knows no fault {model['fault']!r}."
    return ""


def _tokens(text: str, chunk: int) -> list[str]:
    size = chunk or max(1, len(text))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _wait(delay_ms: float, cancelled: Cancelled) -> None:
    """Sleep in steps short enough to notice a cancel at once."""
    until = time.monotonic() + delay_ms / 1000
    while (left := until - time.monotonic()) > 0 and not cancelled():
        time.sleep(min(left, 0.01))


def _seconds(wav_path: Path) -> float:
    return len(read_pcm(wav_path)) / (2 * RATE_HZ)
