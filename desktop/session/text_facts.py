"""What is measured of the two texts of a battle and of what was said: covariates of its vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.session.answer_rows import Outcome
from desktop.session.languages import language_of
from engines.api import Answer


def text_facts(outcomes: Mapping[str, Outcome]) -> dict[str, dict[str, Any]]:
    """`said` and each slot -> characters and words of the raw text, and its language.

    `said` is what the first recogniser heard; a model that hears without one leaves it out.
    """
    answers = {slot: one for slot, one in sorted(outcomes.items()) if isinstance(one, Answer)}
    said = next(filter(None, (_heard(answer) for answer in answers.values())), None)
    texts = {slot: answer.text for slot, answer in answers.items()}
    if said is not None:
        texts["said"] = said
    return {name: _facts(text) for name, text in texts.items()}


def _heard(answer: Answer) -> str | None:
    if answer.transcription is None:
        return None
    readings = answer.transcription.hypotheses
    accepted = [reading.text for reading in readings if reading.accepted]
    return next(filter(None, (*accepted, *(reading.text for reading in readings))), None)


def _facts(text: str) -> dict[str, Any]:
    """Words are what stands between blanks: none in Chinese or Thai, where characters tell."""
    return {"characters": len(text), "words": len(text.split()), "language": language_of(text)}
