"""The events of a streamed chat completion. They come from outside: nothing is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.api import FinishReason


class NoCompletion(ValueError):
    """An event that belongs to no chat completion."""


@dataclass(slots=True)
class Heard:
    """What the events of one answer said so far."""

    finish: str = ""
    refusal: str = ""
    model: str = ""
    fingerprint: str = ""
    prompt_tokens: int | None = None
    answer_tokens: int | None = None

    def take(self, event: Any) -> str:
        """Take one event in; returns the text it adds. Raises NoCompletion."""
        plain = _plain(event)
        choices = plain.get("choices")
        if not isinstance(choices, list):
            raise NoCompletion(f"an event without choices: {str(plain)[:120]}")
        self.model = _text(plain, "model") or self.model
        self.fingerprint = _text(plain, "system_fingerprint") or self.fingerprint
        usage = plain.get("usage")
        if isinstance(usage, Mapping):
            self.prompt_tokens = _count(usage, "prompt_tokens")
            self.answer_tokens = _count(usage, "completion_tokens")
        if not choices:
            return ""
        choice = _plain(choices[0])
        self.finish = _text(choice, "finish_reason") or self.finish
        delta = choice.get("delta")
        return self._delta(delta) if isinstance(delta, Mapping) else ""

    def _delta(self, delta: Mapping[str, Any]) -> str:
        self.refusal += _text(delta, "refusal")
        spoken = delta.get("audio")
        transcript = _text(spoken, "transcript") if isinstance(spoken, Mapping) else ""
        return _text(delta, "content") or transcript

    @property
    def over(self) -> bool:
        """Whether they said that the answer is complete."""
        return bool(self.finish)

    @property
    def reason(self) -> FinishReason:
        return FinishReason.LENGTH if self.finish == "length" else FinishReason.STOP

    def version(self, form: str = "") -> str:
        """Model, fingerprint and how the take was handed over, whichever there are."""
        return "; ".join(part for part in (self.model, self.fingerprint, form) if part)


def _plain(event: Any) -> Mapping[str, Any]:
    if hasattr(event, "model_dump"):
        event = event.model_dump(warnings=False)
    if not isinstance(event, Mapping):
        raise NoCompletion(f"an event that is no object: {str(event)[:120]}")
    return event


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _count(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
