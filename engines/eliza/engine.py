"""A responder that turns statements into questions: NLTK's Eliza, which needs no NLTK data."""

from __future__ import annotations

import importlib.util
import random
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from engines.api import Cancelled, Finished, FinishReason, Loaded, Probe, Progress, Prompt, Settings
from engines.errors import EngineError, ErrorKind

MODEL_VERSION = "nltk.chat.eliza 1"


class Engine:
    """A responder that reads `Prompt.text` and `Prompt.seed`: the same to both, the same answer."""

    def __init__(self) -> None:
        self._chat: Any = None

    def probe(self, model: Settings) -> Probe:
        if model:
            return Probe(ok=False, reason=_knows_no_settings(model))
        if importlib.util.find_spec("nltk") is None:
            return Probe(ok=False, missing=("nltk",), reason="The package nltk is not installed.")
        return Probe(ok=True, memory_bytes=150_000_000)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        if model:
            raise EngineError(ErrorKind.INTERNAL, _knows_no_settings(model))
        progress("reading the patterns", None)
        from nltk.chat.eliza import pairs
        from nltk.chat.util import Chat, reflections

        self._chat = Chat(pairs, reflections)
        progress("reading the patterns", 1.0)
        return Loaded(model_version=MODEL_VERSION)

    def unload(self) -> None:
        self._chat = None

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        said = _speakable(prompt.text)
        with _seeded(prompt.seed):  # NLTK chooses with the generator that the whole process shares
            answer = self._chat.respond(said)
        words = re.findall(r"\S+\s*", " ".join(answer.split()))
        for count, word in enumerate(words):
            if cancelled():
                return Finished(FinishReason.CANCELLED, MODEL_VERSION, answer_tokens=count)
            yield word
        return Finished(FinishReason.STOP, MODEL_VERSION, len(said.split()), len(words))


def _speakable(text: str) -> str:
    """On one line and without "%": NLTK takes that for a place to fill in, and never ends."""
    return " ".join(text.replace("%", " percent ").split())


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)


def _knows_no_settings(model: Settings) -> str:
    return f"The pattern responder knows no model setting {sorted(model)[0]!r}."
