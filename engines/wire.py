"""The words of `engines.api` as JSON objects, and back.

Everything read here was written by another process, perhaps by a program that is not ours, so
each `read_*` checks types and raises `FieldError` with a sentence.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from engines.fields import FieldError, Fields

Wire = Mapping[str, Any]


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


def read_model(params: Wire) -> dict[str, Any]:
    return Fields(params, "params").object("model")


def write_model(model: Mapping[str, Any], key: str = "") -> Wire:
    """Params of `probe` and `load`. A key travels beside the model, never in it."""
    return {"model": dict(model)} | ({"key": key} if key else {})


def read_key(params: Wire) -> str:
    """The key of the model's server; empty where there is none."""
    return Fields(params, "params").text("key", "")


def read_id(params: Wire) -> int:
    """The request a `cancel`, `token` or `progress` belongs to."""
    return Fields(params, "params").integer("id")


def read_token(params: Wire) -> tuple[int, str]:
    fields = Fields(params, "token")
    return fields.integer("id"), fields.text("text")


def read_progress(params: Wire) -> tuple[int, str, float | None]:
    fields = Fields(params, "progress")
    share = None if params.get("share") is None else fields.number("share")
    return fields.integer("id"), fields.text("what", ""), share


def read_protocol(params: Wire) -> int:
    return Fields(params, "initialize").integer("protocol")


def read_initialized(wire: Wire) -> Initialized:
    fields = Fields(wire, "initialize")
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
    fields = Fields(wire, "probe")
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
    fields = Fields(wire, "load")
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
    fields = Fields(params, "fetch")
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
    fields = Fields(wire, "fetch")
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
    fields = Fields(wire, "a file")
    size_bytes = fields.integer("size_bytes")
    if size_bytes < 0:
        raise FieldError(f"{path!r} of fetch cannot have {size_bytes} bytes")
    return FetchedFile(size_bytes, fields.text("sha256", ""))


def read_open(params: Wire) -> tuple[int, dict[str, Any]]:
    """The rate in hertz, and the settings."""
    fields = Fields(params, "params")
    return fields.integer("rate_hz"), fields.object("settings")


def read_segment(wire: Wire) -> int:
    """Of the result of `open`, and of the params of `close`."""
    return Fields(wire, "a segment").integer("segment")


def write_feed(segment: int, pcm16: bytes) -> Wire:
    return {"segment": segment, "pcm16": base64.b64encode(pcm16).decode("ascii")}


def read_feed(params: Wire) -> tuple[int, bytes]:
    fields = Fields(params, "feed")
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
    fields = Fields(wire, "transcribe")
    heard = Transcription(
        hypotheses=tuple(_read_hypothesis(item) for item in fields.items("hypotheses")),
        duration_ms=fields.number("duration_ms"),
        recognise_ms=fields.number("recognise_ms", 0.0),
        model_version=fields.text("model_version"),
        segments=fields.integer("segments", 0),
    )
    return heard, fields.number("engine_ms", heard.recognise_ms)


def _read_hypothesis(wire: object) -> Hypothesis:
    fields = Fields(wire, "a hypothesis")
    return Hypothesis(
        name=fields.text("name"),
        text=fields.text("text"),
        score=fields.number("score", 0.0),
        accepted=fields.flag("accepted", True),
    )


def read_transcribe(params: Wire) -> tuple[Path, dict[str, Any]]:
    fields = Fields(params, "transcribe")
    return Path(fields.text("wav_path")), fields.object("settings")


def write_prompt(prompt: Prompt) -> Wire:
    return {
        "text": prompt.text,
        "understood": prompt.understood,
        "wav_path": None if prompt.wav_path is None else str(prompt.wav_path),
        "instruction": prompt.instruction,
        "system_prompt": prompt.system_prompt,
        "history": [_write_turn(turn) for turn in prompt.history],
        "settings": dict(prompt.settings),
        "seed": prompt.seed,
    }


def read_prompt(params: Wire) -> Prompt:
    fields = Fields(params, "respond")
    wav_path = None if params.get("wav_path") is None else Path(fields.text("wav_path"))
    turns = [_read_turn(item) for item in fields.items("history")]
    return Prompt(
        text=fields.text("text", ""),
        understood=fields.flag("understood", True),
        wav_path=wav_path,
        instruction=fields.text("instruction", ""),
        system_prompt=fields.text("system_prompt", ""),
        history=tuple(turns),
        settings=fields.object("settings"),
        seed=fields.integer("seed", 0),
    )


def _write_turn(turn: Turn) -> Wire:
    """Without a recording where there is none, so that such a prompt reads as it always did."""
    path = {} if turn.wav_path is None else {"wav_path": str(turn.wav_path)}
    return {"said": turn.said, "answered": turn.answered, **path}


def _read_turn(item: Wire) -> Turn:
    fields = Fields(item, "a turn")
    wav_path = None if item.get("wav_path") is None else Path(fields.text("wav_path"))
    return Turn(fields.text("said"), fields.text("answered"), wav_path)


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
    fields = Fields(wire, "respond")
    finished = Finished(
        reason=fields.one_of("finish", FinishReason, FinishReason.STOP),
        model_version=fields.text("model_version", ""),
        prompt_tokens=fields.optional_count("prompt_tokens"),
        answer_tokens=fields.optional_count("answer_tokens"),
        encode_ms=fields.optional_number("encode_ms"),
    )
    return Responded(fields.text("text"), finished, fields.number("engine_ms"))
