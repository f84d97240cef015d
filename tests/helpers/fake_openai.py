"""OpenAI's way of asking: chat completions and transcriptions, checked strictly."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from tests.helpers.fake_api import (
    Events,
    FakeApi,
    Received,
    Status,
    WrongFormat,
    require,
    require_members,
)

MODEL, SERVED, FINGERPRINT = "gpt-audio-1.5", "gpt-audio-1.5-2026-03-01", "fp_9b"
TRANSCRIPT = "What time is it?"

_NEEDED = {"model", "messages", "stream", "stream_options"}
_ALLOWED = {
    "seed", "temperature", "top_p", "max_tokens", "max_completion_tokens", "modalities", "audio",
    "top_k", "repetition_penalty",
}  # fmt: skip


class FakeOpenAI(FakeApi):
    def __init__(self) -> None:
        super().__init__()
        self.models: list[dict[str, Any]] | Status = [described(MODEL), described("whisper-1")]
        self.forms = {"input_audio", "audio_url"}
        """How this server takes sound."""
        self.wavs: list[bytes] = []
        """The takes that came, decoded."""

    def reset(self) -> None:
        super().reset()
        self.wavs.clear()
        self.forms = {"input_audio", "audio_url"}
        self.models = [described(MODEL), described("whisper-1")]

    def check(self, request: Received) -> None:
        given = request.headers.get("authorization")
        expected = f"Bearer {self.key}" if self.key else None
        require(given == expected, f"authorization {given!r}")
        if request.path == "/v1/audio/transcriptions":
            self._check_form(request.body)
        elif request.path == "/v1/chat/completions":
            self._check_chat(request.body)
        else:
            require(request.method == "GET", "no such place")
            require(request.path.startswith("/v1/models"), "no such place")

    def _check_form(self, form: dict[str, bytes]) -> None:
        require_members(form, "the form", {"file", "model", "response_format"}, {"language"})
        require(form["response_format"] == b"json", "response_format")
        self.wavs.append(_wav(form["file"]))

    def _check_chat(self, body: Any) -> None:
        require_members(body, "the body", _NEEDED, _ALLOWED)
        require(isinstance(body["model"], str), "model")
        require(body["stream"] is True, "stream")
        require(body["stream_options"] == {"include_usage": True}, "stream_options")
        require(isinstance(body["messages"], list) and body["messages"], "messages")
        for message in body["messages"]:
            require_members(message, "a message", {"role", "content"})
            require(message["role"] in ("system", "user", "assistant"), f"{message['role']!r}")
            self._check_content(message["role"], message["content"])
        require(body["messages"][-1]["role"] == "user", "the last message must be the user's")

    def _check_content(self, role: str, content: Any) -> None:
        if isinstance(content, str):
            require(content, "an empty content")
            return
        require(role == "user", f"parts in a message of the {role}")
        require(isinstance(content, list) and content, "content")
        for part in content:
            self._check_part(part)

    def _check_part(self, part: Any) -> None:
        kind = part.get("type") if isinstance(part, dict) else None
        require(kind in {"text", *self.forms}, f"unsupported content[].type {kind!r}")
        require_members(part, "a part", {"type", str(kind)})
        if kind == "text":
            require(part["text"], "an empty text")
        elif kind == "input_audio":
            require_members(part["input_audio"], "input_audio", {"data", "format"})
            require(part["input_audio"]["format"] == "wav", "format")
            self.wavs.append(_wav(_decoded(part["input_audio"]["data"])))
        else:
            require_members(part["audio_url"], "audio_url", {"url"})
            head, _, data = part["audio_url"]["url"].partition(",")
            require(head == "data:audio/wav;base64", f"the data URI begins {head[:40]!r}")
            self.wavs.append(_wav(_decoded(data)))

    def model_reply(self, path: str) -> Status:
        if isinstance(self.models, Status):
            return self.models
        if path == "/v1/models":
            return Status(200, {"object": "list", "data": self.models})
        name = unquote(path.removeprefix("/v1/models/"))
        for model in self.models:
            if model["id"] == name:
                return Status(200, model)
        return not_found(f"The model '{name}' does not exist")

    def lines(self, events: Events, request: Received) -> Iterator[bytes]:
        if request.path == "/v1/audio/transcriptions":
            yield json.dumps({"text": TRANSCRIPT}).encode()
            return
        yield event({"role": "assistant", "content": ""})
        for piece in events.pieces:
            yield event({"content": piece})
        for extra in events.extra:
            yield b"data: " + json.dumps(extra).encode() + b"\n\n"
        if events.ending != "whole":
            return
        yield event({}, finish=events.finish or "stop")
        yield event(None, usage={"prompt_tokens": 40, "completion_tokens": 3, "total_tokens": 43})
        yield b"data: [DONE]\n\n"


def described(model: str, **more: Any) -> dict[str, Any]:
    """A model as `/v1/models` lists it."""
    return {"id": model, "object": "model", "created": 0, "owned_by": "us"} | more


def not_found(words: str) -> Status:
    return Status(404, {"error": {"message": words, "code": "model_not_found", "type": "e"}})


def chunk(delta: Any, *, finish: str | None = None, usage: Any = None) -> dict[str, Any]:
    """One event of a chat completion."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": SERVED,
        "system_fingerprint": FINGERPRINT,
        "choices": choices,
        "usage": usage,
    }


def event(delta: Any, *, finish: str | None = None, usage: Any = None) -> bytes:
    return f"data: {json.dumps(chunk(delta, finish=finish, usage=usage))}\n\n".encode()


def _decoded(data: Any) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (ValueError, TypeError) as error:
        raise WrongFormat(f"no base64: {error}") from error


def _wav(content: bytes) -> bytes:
    require(content[:4] == b"RIFF" and content[8:12] == b"WAVE", "no WAV file")
    return content
