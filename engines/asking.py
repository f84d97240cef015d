"""One question to one system, from the take to the complete answer.

A LAM is asked with the take. A composition is asked with what its recogniser heard: the
recognition is shared with every other system that reads the same recogniser's hypotheses.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines import wire
from engines.api import (
    Answer,
    FinishReason,
    Prompt,
    System,
    Timings,
    Transcription,
    Turn,
)
from engines.audio import length_s, require_shorter
from engines.errand import Errand, Served
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.futures import new_future
from engines.isolation import Network
from engines.lane import Lane
from engines.recognitions import Heard, Recognition
from engines.wire import Responded


@dataclass(frozen=True, slots=True)
class Question:
    """What one system is asked."""

    system: System
    wav_path: Path
    seed: int
    history: Sequence[Turn]
    on_token: Callable[[str], None] | None


class Asked:
    """A question on its way.

    `future` gets the complete Answer, or fails with EngineError. A cancelled question gets an
    Answer, too, with `finish` CANCELLED and what text there was.
    """

    def __init__(
        self,
        question: Question,
        lane: Lane,
        recognition: Recognition | None,
        leave_recognition: Callable[[], None],
    ) -> None:
        self.future: Future[Answer] = new_future()
        self._question = question
        self._lane = lane
        self._recognition = recognition
        self._leave_recognition = leave_recognition
        self._began_s = time.monotonic()
        self._heard: Served[Heard] | None = None
        self._prompt_sha256 = ""
        self._lock = threading.Lock()  # of the three below
        self._errand: Errand[Responded] | None = None
        self._cancelled = False
        self._settled = False
        if (too_long := _too_long(question)) is not None:
            leave_recognition()
            self._settle(too_long)
        elif recognition is None:
            instruction = question.system.instruction
            self._respond(Prompt(wav_path=question.wav_path, instruction=instruction))
        else:
            recognition.add_done_callback(self._on_heard)

    def cancel(self) -> None:
        """End it: within one token if it is being answered, else at once. Never blocks."""
        with self._lock:
            if self._cancelled or self._settled:
                return
            self._cancelled = True
            errand = self._errand
        if errand is None or not errand.cancel_request():
            self._leave_recognition()
            self._settle(self._cancelled_answer())

    def _on_heard(self, done: Future[Served[Heard]]) -> None:
        error = done.exception()
        if error is not None:
            self._fail(error)
            return
        self._heard = done.result()
        try:
            hypothesis = self._heard.value[0].named(self._question.system.hypothesis)
        except KeyError:
            system = self._question.system
            sentence = f"{system.id} reads {system.hypothesis!r}, which its recogniser has not."
            self._settle(EngineError(ErrorKind.INTERNAL, sentence))
            return
        self._respond(Prompt(text=hypothesis.text, understood=hypothesis.accepted))

    def _respond(self, heard: Prompt) -> None:
        question, system = self._question, self._question.system
        prompt = Prompt(
            text=heard.text,
            understood=heard.understood,
            wav_path=heard.wav_path,
            instruction=heard.instruction,
            system_prompt=system.system_prompt,
            history=tuple(question.history),
            settings=system.settings,
            seed=question.seed,
        )
        self._prompt_sha256 = prompt_sha256(prompt)
        errand = Errand(
            "respond",
            wire.write_prompt(prompt),
            wire.read_responded,
            wav_path=heard.wav_path,
            on_token=question.on_token,
        )
        with self._lock:
            if self._cancelled:
                return
            self._errand = errand
        errand.add_done_callback(self._on_responded)
        self._lane.submit(errand)

    def _on_responded(self, done: Future[Served[Responded]]) -> None:
        error = done.exception()
        if error is None:
            self._settle(self._answer(done.result()))
        elif self._cancelled and isinstance(error, EngineError):
            self._settle(self._cancelled_answer())
        else:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        cancelled = isinstance(error, RequestCancelled)  # the pool was closed
        self._settle(self._cancelled_answer() if cancelled else error)

    def _settle(self, outcome: Answer | BaseException) -> None:
        with self._lock:
            if self._settled:
                return
            self._settled = True
        if isinstance(outcome, Answer):
            self.future.set_result(outcome)
        else:
            self.future.set_exception(outcome)

    def _cancelled_answer(self) -> Answer:
        return Answer(
            text="",
            finish=FinishReason.CANCELLED,
            timings=Timings(total_ms=self._since_ms()),
            served_version="",
            transcription=self._transcription(),
            hypothesis=self._question.system.hypothesis,
            seed=self._question.seed,
            settings=self._question.system.settings,
        )

    def _answer(self, served: Served[Responded]) -> Answer:
        system, responded, heard = self._question.system, served.value, self._heard
        parts: list[tuple[str, Served[Any]]] = [(system.responder.engine, served)]
        if heard is not None and system.recogniser is not None:
            parts.insert(0, (system.recogniser.engine, heard))
        return Answer(
            text=responded.text,
            finish=responded.finished.reason,
            timings=self._timings(served),
            served_version=responded.finished.model_version or served.loaded.model_version,
            transcription=self._transcription(),
            hypothesis=system.hypothesis,
            prompt_tokens=responded.finished.prompt_tokens,
            answer_tokens=responded.finished.answer_tokens,
            seed=self._question.seed,
            settings=system.settings,
            packages={
                name: version for _, part in parts for name, version in part.packages.items()
            },
            weights={
                f"{engine}/{file}": digest
                for engine, part in parts
                for file, digest in part.loaded.weights.items()
            },
            audio_sha256=parts[0][1].audio_sha256,
            prompt_sha256=self._prompt_sha256,
            device=served.loaded.device,
            dtype=served.loaded.dtype,
            network=_widest([part.network for _, part in parts]),
            replaced_characters=served.replaced,
        )

    def _timings(self, served: Served[Responded]) -> Timings:
        asr_ms = None if self._heard is None else self._heard.value[1]
        load_ms = served.load_ms + (0.0 if self._heard is None else self._heard.load_ms)
        ttft_ms = tpot_ms = None
        if served.token_times_s is not None:
            first_s, last_s = served.token_times_s
            ttft_ms = (first_s - served.sent_s) * 1000
            count = served.value.finished.answer_tokens or served.tokens
            tpot_ms = (last_s - first_s) * 1000 / (count - 1) if count > 1 else None
        return Timings(
            load_ms=load_ms,
            asr_ms=asr_ms,
            encode_ms=served.value.finished.encode_ms,
            ttft_ms=ttft_ms,
            tpot_ms=tpot_ms,
            total_ms=self._since_ms(),
            engine_ms=served.value.engine_ms + (asr_ms or 0.0),
        )

    def _transcription(self) -> Transcription | None:
        return None if self._heard is None else self._heard.value[0]

    def _since_ms(self) -> float:
        return (time.monotonic() - self._began_s) * 1000


def _without_path(asked: wire.Wire) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name != "wav_path"}


def _too_long(question: Question) -> EngineError | None:
    """Models behind an address, and some here, would drop the end of a long take in silence."""
    longest_s = question.system.longest_s
    if not longest_s:
        return None
    try:
        require_shorter(length_s(question.wav_path), longest_s)
    except EngineError as error:
        return error
    return None


def _widest(networks: Sequence[Network]) -> str:
    """What an answer's workers could reach together."""
    order = (Network.NONE, Network.NOT_ENFORCED, Network.OPEN)
    return str(max(networks, key=order.index))


def prompt_sha256(prompt: Prompt) -> str:
    """Of the prompt's canonical JSON (sorted names, UTF-8), without the paths of recordings."""
    asked = _without_path(wire.write_prompt(prompt))
    asked["history"] = [_without_path(turn) for turn in asked["history"]]
    canonical = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
