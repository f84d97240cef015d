"""Google's way of asking: `streamGenerateContent` with inline sound, checked strictly."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.helpers.fake_api import (
    Events,
    FakeApi,
    Received,
    Status,
    WrongFormat,
    require,
    require_members,
)

MODEL, SERVED = "gemini-3.8-flash", "gemini-3.8-flash-002"
_PLACE = "/v1/models/"
_CONFIG = {"maxOutputTokens", "temperature", "topP", "topK", "seed"}


class FakeGoogle(FakeApi):
    def __init__(self) -> None:
        super().__init__()
        self.models = [MODEL, "gemini-3.6-flash"]
        self.wavs: list[bytes] = []

    def reset(self) -> None:
        super().reset()
        self.wavs.clear()

    def check(self, request: Received) -> None:
        given = request.headers.get("x-goog-api-key")
        require(given == (self.key or None), f"x-goog-api-key {given!r}")
        require(self.key not in request.path if self.key else True, "the key is in the address")
        if request.method == "GET":
            require(request.path.startswith(_PLACE.rstrip("/")), "no such place")
            return
        expected = f"{_PLACE}{MODEL}:streamGenerateContent?alt=sse"
        require(request.path == expected, f"path {request.path!r}")
        body = request.body
        require_members(body, "the body", {"contents"}, {"systemInstruction", "generationConfig"})
        require_members(body.get("generationConfig", {}), "generationConfig", set(), _CONFIG)
        if "systemInstruction" in body:
            require(body["systemInstruction"]["parts"][0]["text"], "systemInstruction")
        for content in body["contents"]:
            require_members(content, "a content", {"role", "parts"})
            require(content["role"] in ("user", "model"), f"role {content['role']!r}")
            for part in content["parts"]:
                self._check_part(part)
        require(body["contents"][-1]["role"] == "user", "the last content must be the user's")

    def _check_part(self, part: Any) -> None:
        if set(part) == {"text"}:
            require(part["text"], "an empty text")
            return
        require_members(part, "a part", {"inlineData"})
        # The SDK writes one member the proto's way; Google reads both.
        require_members(part["inlineData"], "inlineData", {"data", "mime_type"})
        require(part["inlineData"]["mime_type"] == "audio/wav", "mime_type")
        data = part["inlineData"]["data"].translate(str.maketrans("-_", "+/"))
        try:
            wav = base64.b64decode(data, validate=True)
        except ValueError as error:
            raise WrongFormat(f"no base64: {error}") from error
        require(wav[:4] == b"RIFF", "no WAV file")
        self.wavs.append(wav)

    def model_reply(self, path: str) -> Status:
        place = path.split("?")[0].rstrip("/")
        if place == _PLACE.rstrip("/"):
            return Status(200, {"models": [{"name": f"models/{one}"} for one in self.models]})
        name = place.removeprefix(_PLACE)
        if name in self.models:
            return Status(200, {"name": f"models/{name}", "version": "002"})
        return failure(404, "NOT_FOUND", f"models/{name} is not found for API version v1")

    def lines(self, events: Events, _request: Received) -> Iterator[bytes]:
        for piece in events.pieces:
            yield event(chunk(piece))
        for extra in events.extra:
            yield event(extra)
        if events.ending == "whole":
            yield event(chunk("", finish=events.finish or "STOP"))


def failure(code: int, status: str, words: str, details: Any = ()) -> Status:
    """An error as Google writes it."""
    error = {"code": code, "message": words, "status": status, "details": list(details)}
    return Status(code, {"error": error})


def chunk(text: str, *, finish: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": []}}
    if text:
        candidate["content"]["parts"] = [{"text": text}]
    if finish is not None:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 50, "candidatesTokenCount": 3, "totalTokenCount": 53}
    return {"candidates": [candidate], "modelVersion": SERVED, "usageMetadata": usage}


def event(value: Any) -> bytes:
    return f"data: {json.dumps(value)}\r\n\r\n".encode()
