"""The events of a streamed answer of Gemini. They come from outside: nothing is taken on trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engines.api import FinishReason

_ENDED = {"STOP": FinishReason.STOP, "MAX_TOKENS": FinishReason.LENGTH}


@dataclass(slots=True)
class Heard:
    """What the events of one answer said so far."""

    finish: str = ""
    blocked: str = ""
    """Why the question was not even answered; empty otherwise."""
    model: str = ""
    prompt_tokens: int | None = None
    answer_tokens: int | None = None

    def take(self, event: Any) -> str:
        """Take one `GenerateContentResponse` in; returns the text it adds."""
        self.model = event.model_version or self.model
        if event.usage_metadata is not None:
            self.prompt_tokens = event.usage_metadata.prompt_token_count
            self.answer_tokens = event.usage_metadata.candidates_token_count
        feedback = event.prompt_feedback
        if feedback is not None and feedback.block_reason is not None:
            self.blocked = _name(feedback.block_reason)
        if not event.candidates:
            return ""
        candidate = event.candidates[0]
        if candidate.finish_reason is not None:
            self.finish = _name(candidate.finish_reason)
        parts = candidate.content.parts if candidate.content is not None else None
        return "".join(part.text for part in parts or () if part.text and not part.thought)

    @property
    def over(self) -> bool:
        """Whether they said that the answer is complete."""
        return bool(self.finish or self.blocked)

    @property
    def reason(self) -> FinishReason | None:
        """None for an answer that was stopped for what it said."""
        return _ENDED.get(self.finish)


def _name(value: Any) -> str:
    return str(getattr(value, "value", value))
