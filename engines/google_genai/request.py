"""A prompt as Gemini reads it. What the settings do not name is not sent: the server decides."""

from __future__ import annotations

from typing import Any

from engines.api import Prompt, Settings
from engines.errors import EngineError, ErrorKind
from engines.generation import read_generation

_LARGEST_SEED = 2**31 - 1  # Gemini's is an int32


def contents(prompt: Prompt, wav: bytes | None) -> list[Any]:
    """History, then the turn: the whole WAV file and the instruction, or the text."""
    from google.genai import types

    def turn(role: str, *parts: Any) -> Any:
        return types.Content(role=role, parts=list(parts))

    said: list[Any] = []

    def user(text: str, sound: bytes | None) -> Any:
        if sound is None:
            return turn("user", types.Part.from_text(text=text))
        parts = [types.Part.from_bytes(data=sound, mime_type="audio/wav")]
        if prompt.instruction:
            parts.append(types.Part.from_text(text=prompt.instruction))
        return turn("user", *parts)

    for earlier in prompt.history:
        heard = None if earlier.wav_path is None else earlier.wav_path.read_bytes()
        said.append(user(earlier.said, heard))
        said.append(turn("model", types.Part.from_text(text=earlier.answered)))
    return [*said, user(prompt.text, wav)]


def config(prompt: Prompt, *, seed: bool) -> Any:
    """Raises EngineError (`internal`) for a setting that does not exist, here or at all."""
    from google.genai import types

    settings = _settings(prompt.settings)
    if prompt.system_prompt:
        settings["system_instruction"] = prompt.system_prompt
    if seed:
        settings["seed"] = prompt.seed & _LARGEST_SEED
    return types.GenerateContentConfig(**settings)


def _settings(settings: Settings) -> dict[str, Any]:
    read_generation(settings)  # names and ranges
    given = dict(settings)
    if "repetition_penalty" in given:
        sentence = "Gemini knows no setting 'repetition_penalty'."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    if "max_new_tokens" in given:
        given["max_output_tokens"] = given.pop("max_new_tokens")
    return given
