"""A prompt as messages, and messages as a chat template takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from engines.api import Prompt

Message = dict[str, Any]
T = TypeVar("T")

SEPARATOR = "\n"


def messages(prompt: Prompt, said: str, *, folded: bool) -> list[Message]:
    """System prompt, earlier turns and what is said now, all of it text.

    `folded` puts the system prompt before the text of the first user turn, for templates that
    know no system.
    """
    turns = [(turn.said, turn.answered) for turn in prompt.history]
    users = [said for said, _ in turns] + [said]
    if prompt.system_prompt and folded:
        users[0] = SEPARATOR.join(filter(None, (prompt.system_prompt, users[0])))
    found: list[Message] = []
    if prompt.system_prompt and not folded:
        found.append({"role": "system", "content": prompt.system_prompt})
    for user, (_, answered) in zip(users, turns, strict=False):
        found.append({"role": "user", "content": user})
        found.append({"role": "assistant", "content": answered})
    return [*found, {"role": "user", "content": users[-1]}]


class SystemPrompts:
    """Finds out, once for a loaded model, whether its template takes a system prompt.

    Some raise (Voxtral beside audio, older Gemma), some pass over it in silence. By rule and not
    by name: what was refused, or is not in what the template wrote, is folded into the user's
    first turn.
    """

    def __init__(self) -> None:
        self._folded: bool | None = None

    def apply(
        self,
        prompt: Prompt,
        encode: Callable[[bool], T],
        written: Callable[[], str | None],
    ) -> T:
        """`encode(folded)` for the form this template takes.

        `written()` is what the template writes for the unfolded form; None where nobody can say.
        """
        if not prompt.system_prompt:
            return encode(False)
        if self._folded is None:
            return self._first(prompt, encode, written)
        return encode(self._folded)

    def _first(
        self,
        prompt: Prompt,
        encode: Callable[[bool], T],
        written: Callable[[], str | None],
    ) -> T:
        try:
            text = written()
            if text is None or prompt.system_prompt.strip() in text:
                encoded = encode(False)
                self._folded = False
                return encoded
        except Exception as refused:  # noqa: BLE001 - each template library raises its own
            try:
                encoded = encode(True)
            except Exception:  # noqa: BLE001 - then it was something else
                raise refused from None
            self._folded = True
            return encoded
        self._folded = True
        return encode(True)
