"""How well the baselines hear: the sentences written down beforehand, and figures of a hearing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engines.api import Transcription
from engines.pocketsphinx.engine import Engine
from engines.skills.answering import answer
from engines.skills.reply import Asked
from tests.helpers.spoken import spoken

_FOLDER = Path(__file__).parent.parent / "engines" / "pocketsphinx"

TUNED_ON = (("en-us", 150), ("en-us", 170), ("en-us+m3", 150), ("en-us+m3", 130))
"""Voices and words per minute that discount, threshold and level were chosen on."""
VOICES = ("en-us+f3", "en-us+f2", "en-us+m7", "en-gb")
RATES = (130, 160, 175)
"""Voices and rates that nothing was chosen on."""

NOON = datetime(2026, 3, 2, 12, 0)


@dataclass(frozen=True)
class Sentence:
    text: str
    held_out: bool
    intent: str = ""
    """The skill that must answer; "" out of the domain."""
    says: str = ""
    """What the answer must contain."""
    near: bool = False
    topic: str = ""


def in_domain(*, held_out: bool) -> list[Sentence]:
    return _read("in_domain.toml", held_out)


def in_domain_later() -> list[Sentence]:
    """Written after the grammar, by who had not read it. All are held out."""
    return _read("in_domain_later.toml", held_out=True)


def out_of_domain(*, held_out: bool) -> list[Sentence]:
    return _read("out_of_domain.toml", held_out)


def _read(name: str, held_out: bool) -> list[Sentence]:
    rows = tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))["sentences"]
    return [sentence for row in rows if (sentence := Sentence(**row)).held_out == held_out]


@dataclass(frozen=True)
class Heard:
    """One sentence as one voice said it and the recogniser heard it."""

    sentence: Sentence
    voice: str
    words_per_minute: int
    transcription: Transcription

    @property
    def skills(self) -> str:
        return self.transcription.named("skills").text

    @property
    def dictation(self) -> str:
        return self.transcription.named("dictation").text

    @property
    def accepted(self) -> bool:
        return self.transcription.named("skills").accepted

    @property
    def margin(self) -> float:
        skills, dictation = self.transcription.hypotheses
        return skills.score - dictation.score


def hear(engine: Engine, sentences: Iterable[Sentence], voice: str, rate: int) -> list[Heard]:
    return [
        Heard(s, voice, rate, engine.transcribe(spoken(s.text, voice, rate), {}, lambda: False))
        for s in sentences
    ]


def word_errors(said: str, heard: str) -> int:
    """Words put in, left out or taken for others."""
    from nltk.metrics.distance import edit_distance

    return int(edit_distance(said.split(), heard.split()))


def error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    """Word error rate of (said, heard) pairs."""
    return sum(word_errors(*pair) for pair in pairs) / sum(len(said.split()) for said, _ in pairs)


def outcome(sentence: Sentence, text: str, *, understood: bool) -> str:
    """What the skills make of a hearing: `right`, `wrong`, or `none` when they say they cannot."""
    reply = answer(Asked(text, NOON), understood=understood)
    if not reply.intent:
        return "none"
    right = reply.intent == sentence.intent and sentence.says in reply.text
    return "right" if right else "wrong"


def share(of: Iterable[bool]) -> float:
    values = list(of)
    return sum(values) / len(values)
