"""A responder over a closed domain: no model, no network, the same answer to the same words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path

from engines.api import Cancelled, Finished, FinishReason, Loaded, Probe, Progress, Prompt, Settings
from engines.errors import EngineError, ErrorKind
from engines.skills import capitals, jokes, units
from engines.skills.answering import answer
from engines.skills.reply import Asked

MODEL_VERSION = "skills 1"

_TABLES = (capitals.TABLE, jokes.TABLE, units.TABLE)


def _local_now() -> datetime:
    return datetime.now().astimezone()


class Engine:
    """A responder that reads text, understood, seed and history of the prompt."""

    def __init__(self, now: Callable[[], datetime] = _local_now) -> None:
        self._now = now

    def probe(self, model: Settings) -> Probe:
        if model:
            return Probe(ok=False, reason=_knows_no_settings(model))
        return Probe(ok=True, memory_bytes=30_000_000)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        if model:
            raise EngineError(ErrorKind.INTERNAL, _knows_no_settings(model))
        progress("reading the tables", 0.0)
        weights = {table.name: _sha256(table) for table in _TABLES}
        progress("reading the tables", 1.0)
        return Loaded(model_version=MODEL_VERSION, weights=weights)

    def unload(self) -> None:
        """Nothing is held."""

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        asked = Asked(
            text=" ".join(prompt.text.lower().split()),
            now=self._now(),
            seed=prompt.seed,
            answered_before=tuple(turn.answered for turn in prompt.history),
        )
        words = re.findall(r"\S+\s*", answer(asked, understood=prompt.understood).text)
        for count, word in enumerate(words):
            if cancelled():
                return Finished(FinishReason.CANCELLED, MODEL_VERSION, answer_tokens=count)
            yield word
        return Finished(FinishReason.STOP, MODEL_VERSION, len(asked.text.split()), len(words))


def _knows_no_settings(model: Settings) -> str:
    return f"The skills know no model setting {sorted(model)[0]!r}."


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
