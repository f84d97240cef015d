"""Answers that say, or do not say, who made them, and how two rules do on them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.session.identity import Before, look
from desktop.session.identity_lexicon import read_lexicon
from desktop.session.study_parts import Identity

FILE = Path(__file__).parents[1] / "desktop" / "session" / "identity_sentences.toml"
SET = tomllib.loads(FILE.read_text("utf-8"))
Part = Literal["seen", "unseen"]
Rule = Callable[["Sentence"], bool]


@dataclass(frozen=True, slots=True)
class Sentence:
    said: str
    answer: str
    tells: bool


def sentences(part: Part) -> Iterator[Sentence]:
    for tells, name in ((True, "tells"), (False, "tells_not")):
        yield from (Sentence("", answer, tells) for answer in SET[part][name])
    yield from (Sentence(said, answer, False) for said, answer in SET[part]["said_first"])


def substring_rule(sentence: Sentence) -> bool:
    """Chatbot Arena's: any of the words anywhere in what either side said."""
    everything = f"{sentence.said} {sentence.answer}".lower()
    return any(word in everything for word in SET["substrings"])


def own_rule(sentence: Sentence) -> bool:
    looked = look({"a": sentence.answer}, Before([sentence.said]), Identity.FLAG, read_lexicon())
    return any(not mention.said_first for mention in looked.found["a"])


def wrong(part: Part, rule: Rule) -> tuple[list[str], list[str]]:
    """Answers that are flagged and should not be, and those that should be and are not."""
    alarms = [s.answer for s in sentences(part) if rule(s) and not s.tells]
    missed = [s.answer for s in sentences(part) if s.tells and not rule(s)]
    return alarms, missed
