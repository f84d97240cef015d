"""The words of `engines.api` as JSON objects, and back.

Everything read here was written by another process, perhaps by a program that is not ours, so
each `read_*` checks types and raises `FieldError` with a sentence.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from engines.api import (
    Fetched,
    FetchedFile,
    Finished,
    FinishReason,
    Hypothesis,
    Loaded,
    Probe,
    Prompt,
    Role,
    Transcription,
    Turn,
)
from engines.messages import MessageError

Wire = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)


class FieldError(MessageError):
    """A well-formed message whose members are not what its method says."""


@dataclass(frozen=True, slots=True)
class Initialized:
    """What a worker says of itself before it loads anything."""

    protocol: int
    engine: str
    roles: tuple[Role, ...]
    capabilities: Mapping[str, bool]
    pid: int
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Responded:
    """The result of `respond`."""

    text: str
    finished: Finished
    engine_ms: float
    """Time the engine took, measured in the worker."""


class _Fields:
    """Typed access to the members of one JSON object."""

    def __init__(self, wire: object, what: str) -> None:
        if not isinstance(wire, Mapping):
            raise FieldError(f"{what} must be an object")
        self._wire = wire
        self._what = what

    def text(self, name: str, default: str | None = None) -> str:
        value = self._wire.get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._wire.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self._wire.get(name, default)
        # An integer of hundreds of digits is JSON but no float.
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
            raise self._wrong(name, "a number")
        return float(value)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self._wire.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "an integer")
        return value

    def optional_count(self, name: str) -> int | None:
        return None if self._wire.get(name) is None else self.integer(name)

    def optional_number(self, name: str) -> float | None:
        return None if self._wire.get(name) is None else self.number(name)

    def one_of(self, name: str, choices: type[E], default: E | None = None) -> E:
        value = self.text(name, default)
        if value not in set(choices):
            raise self._wrong(name, "one of " + ", ".join(choices))
        return choices(value)

    def items(self, name: str) -> list[Any]:
        value = self._wire.get(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.items(name)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name, "a list of texts")
        return tuple(values)

    def object(self, name: str) -> dict[str, Any]:
        value = self._wire.get(name, {})
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return value

    def texts_by_name(self, name: str) -> dict[str, str]:
        value = self.object(name)
        if not all(isinstance(item, str) for item in value.values()):
            raise self._wrong(name, "an object of texts")
        return value

    def _wrong(self, name: str, expected: str) -> FieldError:
        return FieldError(f"{name!r} of {self._what} must be {expected}")


def read_model(params: Wire) -> dict[str, Any]:
    return _Fields(params, "params").object("model")


def write_model(model: Mapping[str, Any], key: str = "") -> Wire:
    """Params of `probe` and `load`. A key travels beside the model, never in it."""
    return {"model": dict(model)} | ({"key": key} if key else {})


def read_key(params: Wire) -> str:
    """The key of the model's server; empty where there is none."""
    return _Fields(params, "params").text("key", "")


def read_id(params: Wire) -> int:
    """The request a `cancel`, `token` or `progress` belongs to."""
    return _Fields(params, "params").integer("id")


def read_token(params: Wire) -> tuple[int, str]:
    fields = _Fields(params, "token")
    return fields.integer("id"), fields.text("text")


def read_progress(params: Wire) -> tuple[int, str, float | None]:
    fields = _Fields(params, "progress")
    share = None if params.get("share") is None else fields.number("share")
    return fields.integer("id"), fields.text("what", ""), share


def read_protocol(params: Wire) -> int:
    return _Fields(params, "initialize").integer("protocol")


def read_initialized(wire: Wire) -> Initialized:
    fields = _Fields(wire, "initialize")
    known = set(Role)
    capabilities = fields.object("capabilities")
    return Initialized(
        protocol=fields.integer("protocol"),
        engine=fields.text("engine", ""),
        roles=tuple(Role(role) for role in fields.texts("roles") if role in known),
        capabilities={name: on is True for name, on in capabilities.items()},
        pid=fields.integer("pid", 0),
        packages=fields.texts_by_name("packages"),
    )


def write_probe(probe: Probe) -> Wire:
    return {
        "ok": probe.ok,
        "missing": list(probe.missing),
        "reason": probe.reason,
        "memory_bytes": probe.memory_bytes,
        "lacks": probe.lacks,
        "device": probe.device,
        "free_bytes": probe.free_bytes,
        "choices": list(probe.choices),
        "warning": probe.warning,
    }


def read_probe(wire: Wire) -> Probe:
    fields = _Fields(wire, "probe")
    return Probe(
        ok=fields.flag("ok"),
        missing=fields.texts("missing"),
        reason=fields.text("reason", ""),
        memory_bytes=fields.integer("memory_bytes", 0),
        lacks=fields.text("lacks", ""),
        device=fields.text("device", "cpu"),
        free_bytes=fields.optional_count("free_bytes"),
        choices=fields.texts("choices"),
        warning=fields.text("warning", ""),
    )


def write_loaded(loaded: Loaded, load_ms: float) -> Wire:
    return {
        "model_version": loaded.model_version,
        "device": loaded.device,
        "dtype": loaded.dtype,
        "weights": dict(loaded.weights),
        "segments": loaded.segments,
        "load_ms": load_ms,
    }


def read_loaded(wire: Wire) -> tuple[Loaded, float]:
    """What was loaded, and how long that took in milliseconds."""
    fields = _Fields(wire, "load")
    loaded = Loaded(
        model_version=fields.text("model_version"),
        device=fields.text("device", "cpu"),
        dtype=fields.text("dtype", ""),
        weights=fields.texts_by_name("weights"),
        segments=fields.flag("segments", False),
    )
    return loaded, fields.number("load_ms", 0.0)


def read_fetch(params: Wire) -> tuple[dict[str, Any], Path | None]:
    """The model, and the folder it should come into; None to be told only."""
    fields = _Fields(params, "fetch")
    folder = None if params.get("folder") is None else Path(fields.text("folder"))
    return fields.object("model"), folder


def write_fetched(fetched: Fetched) -> Wire:
    files = {
        path: {"size_bytes": file.size_bytes, "sha256": file.sha256}
        for path, file in fetched.files.items()
    }
    return {
        "revision": fetched.revision,
        "files": files,
        "licence": fetched.licence,
        "gated": fetched.gated,
    }


def read_fetched(wire: Wire) -> Fetched:
    fields = _Fields(wire, "fetch")
    return Fetched(
        revision=fields.text("revision"),
        files={path: _read_file(path, item) for path, item in fields.object("files").items()},
        licence=fields.text("licence", ""),
        gated=fields.flag("gated", False),
    )


def _read_file(path: str, wire: object) -> FetchedFile:
    """Paths become files of ours: none may lead out of the folder."""
    parts = path.split("/")
    if not path or "\\" in path or "\0" in path or {"", ".", ".."} & set(parts):
        raise FieldError(f"a file of fetch cannot be called {path!r}")
    fields = _Fields(wire, "a file")
    size_bytes = fields.integer("size_bytes")
    if size_bytes < 0:
        raise FieldError(f"{path!r} of fetch cannot have {size_bytes} bytes")
    return FetchedFile(size_bytes, fields.text("sha256", ""))


def read_open(params: Wire) -> tuple[int, dict[str, Any]]:
    """The rate in hertz, and the settings."""
    fields = _Fields(params, "params")
    return fields.integer("rate_hz"), fields.object("settings")


def read_segment(wire: Wire) -> int:
    """Of the result of `open`, and of the params of `close`."""
    return _Fields(wire, "a segment").integer("segment")


def write_feed(segment: int, pcm16: bytes) -> Wire:
    return {"segment": segment, "pcm16": base64.b64encode(pcm16).decode("ascii")}


def read_feed(params: Wire) -> tuple[int, bytes]:
    fields = _Fields(params, "feed")
    try:
        pcm16 = base64.b64decode(fields.text("pcm16"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldError(f"'pcm16' of feed is not base64: {error}") from error
    if len(pcm16) % 2:
        raise FieldError("'pcm16' of feed ends within a sample")
    return fields.integer("segment"), pcm16


def write_transcription(heard: Transcription, engine_ms: float) -> Wire:
    hypotheses = [
        {"name": h.name, "text": h.text, "score": h.score, "accepted": h.accepted}
        for h in heard.hypotheses
    ]
    return {
        "hypotheses": hypotheses,
        "duration_ms": heard.duration_ms,
        "recognise_ms": heard.recognise_ms,
        "model_version": heard.model_version,
        "segments": heard.segments,
        "engine_ms": engine_ms,
    }


def read_transcription(wire: Wire) -> tuple[Transcription, float]:
    """What was heard, and the engine's time in milliseconds as its worker measured it."""
    fields = _Fields(wire, "transcribe")
    heard = Transcription(
        hypotheses=tuple(_read_hypothesis(item) for item in fields.items("hypotheses")),
        duration_ms=fields.number("duration_ms"),
        recognise_ms=fields.number("recognise_ms", 0.0),
        model_version=fields.text("model_version"),
        segments=fields.integer("segments", 0),
    )
    return heard, fields.number("engine_ms", heard.recognise_ms)


def _read_hypothesis(wire: object) -> Hypothesis:
    fields = _Fields(wire, "a hypothesis")
    return Hypothesis(
        name=fields.text("name"),
        text=fields.text("text"),
        score=fields.number("score", 0.0),
        accepted=fields.flag("accepted", True),
    )


def read_transcribe(params: Wire) -> tuple[Path, dict[str, Any]]:
    fields = _Fields(params, "transcribe")
    return Path(fields.text("wav_path")), fields.object("settings")


def write_prompt(prompt: Prompt) -> Wire:
    return {
        "text": prompt.text,
        "understood": prompt.understood,
        "wav_path": None if prompt.wav_path is None else str(prompt.wav_path),
        "instruction": prompt.instruction,
        "system_prompt": prompt.system_prompt,
        "history": [{"said": turn.said, "answered": turn.answered} for turn in prompt.history],
        "settings": dict(prompt.settings),
        "seed": prompt.seed,
    }


def read_prompt(params: Wire) -> Prompt:
    fields = _Fields(params, "respond")
    wav_path = None if params.get("wav_path") is None else Path(fields.text("wav_path"))
    turns = [_Fields(item, "a turn") for item in fields.items("history")]
    return Prompt(
        text=fields.text("text", ""),
        understood=fields.flag("understood", True),
        wav_path=wav_path,
        instruction=fields.text("instruction", ""),
        system_prompt=fields.text("system_prompt", ""),
        history=tuple(Turn(turn.text("said"), turn.text("answered")) for turn in turns),
        settings=fields.object("settings"),
        seed=fields.integer("seed", 0),
    )


def write_responded(text: str, finished: Finished, engine_ms: float) -> Wire:
    return {
        "text": text,
        "finish": str(finished.reason),
        "model_version": finished.model_version,
        "prompt_tokens": finished.prompt_tokens,
        "answer_tokens": finished.answer_tokens,
        "encode_ms": finished.encode_ms,
        "engine_ms": engine_ms,
    }


def read_responded(wire: Wire) -> Responded:
    fields = _Fields(wire, "respond")
    finished = Finished(
        reason=fields.one_of("finish", FinishReason, FinishReason.STOP),
        model_version=fields.text("model_version", ""),
        prompt_tokens=fields.optional_count("prompt_tokens"),
        answer_tokens=fields.optional_count("answer_tokens"),
        encode_ms=fields.optional_number("encode_ms"),
    )
    return Responded(fields.text("text"), finished, fields.number("engine_ms"))
