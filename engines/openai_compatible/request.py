"""A prompt as a chat completion. What the settings do not name is not sent: the server decides."""

from __future__ import annotations

import base64
from typing import Any

from engines.api import Prompt, Settings
from engines.generation import read_generation
from engines.openai_compatible.table import Table


def chat_request(table: Table, prompt: Prompt, wav: bytes | None, form: str) -> dict[str, Any]:
    """Arguments of `chat.completions.create`; `wav` is the whole file, None for text.

    Raises EngineError (`internal`) for a setting that does not exist.
    """
    request: dict[str, Any] = {
        "model": table.model,
        "messages": _messages(prompt, wav, form),
        "stream": True,
        "stream_options": {"include_usage": True},
        **_settings(table, prompt.settings),
    }
    if table.seed:
        request["seed"] = prompt.seed
    if table.modalities and wav is not None:
        request["modalities"] = list(table.modalities)
        if "audio" in table.modalities:
            request["audio"] = {"voice": table.voice, "format": "pcm16"}
    return request


def _settings(table: Table, settings: Settings) -> dict[str, Any]:
    read_generation(settings)  # names and ranges
    given = dict(settings)
    # OpenAI calls the limit one way, and its older name is what every other server knows.
    limit = "max_completion_tokens" if table.is_openai else "max_tokens"
    request = {limit: given.pop("max_new_tokens")} if "max_new_tokens" in given else {}
    request |= {name: given.pop(name) for name in ("temperature", "top_p") if name in given}
    return request | ({"extra_body": given} if given else {})


def _messages(prompt: Prompt, wav: bytes | None, form: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if prompt.system_prompt:
        messages.append({"role": "system", "content": prompt.system_prompt})
    for turn in prompt.history:
        earlier = None if turn.wav_path is None else turn.wav_path.read_bytes()
        messages.append(_user(turn.said, prompt.instruction, earlier, form))
        messages.append({"role": "assistant", "content": turn.answered})
    return [*messages, _user(prompt.text, prompt.instruction, wav, form)]


def _user(text: str, instruction: str, wav: bytes | None, form: str) -> dict[str, Any]:
    """A text, or the instruction and the whole sound."""
    content: Any = text
    if wav is not None:
        content = [{"type": "text", "text": instruction}] if instruction else []
        content.append(_audio(wav, form))
    return {"role": "user", "content": content}


def _audio(wav: bytes, form: str) -> dict[str, Any]:
    encoded = base64.b64encode(wav).decode("ascii")
    if form == "audio_url":
        return {"type": form, "audio_url": {"url": f"data:audio/wav;base64,{encoded}"}}
    return {"type": form, "input_audio": {"data": encoded, "format": "wav"}}
