"""Covariates of the texts: lengths and languages, of what was said and of both answers."""

from __future__ import annotations

from desktop.session.text_facts import text_facts
from engines.api import Answer, FinishReason, Hypothesis, Timings, Transcription
from engines.errors import EngineError, ErrorKind
from tests.helpers.rehearsal import TWO, battles, voting


def answer(text: str, heard: tuple[tuple[str, bool], ...] = ()) -> Answer:
    readings = tuple(Hypothesis(f"search {i}", told, 0.0, ok) for i, (told, ok) in enumerate(heard))
    transcription = Transcription(readings, "1", 1.0, 1.0) if heard else None
    return Answer(text, FinishReason.STOP, Timings(), "1", transcription)


def test_lengths_and_languages_of_all_three() -> None:
    facts = text_facts(
        {
            "b": answer("Die Hauptstadt von Frankreich ist Paris."),
            "a": answer(
                "The capital of France is Paris.",
                (("noise", False), ("what is the capital of france", True)),
            ),
        }
    )
    assert facts["a"] == {"characters": 31, "words": 6, "language": "en"}
    assert facts["b"]["language"] == "de"
    assert facts["said"] == {"characters": 29, "words": 6, "language": "en"}
    assert list(facts) == ["a", "b", "said"]


def test_what_nobody_transcribed_is_left_out_and_so_is_a_failure() -> None:
    failed = EngineError(ErrorKind.TIMEOUT, "Said nothing.")
    assert list(text_facts({"a": answer("Yes."), "b": failed})) == ["a"]


def test_they_are_kept_with_what_was_shown(rehearse) -> None:
    stage = voting(rehearse(TWO))
    (battle,) = battles(stage)
    texts = battle.turns[0].shown.facts["texts"]
    assert texts["a"]["characters"] == len(battle.turns[0].a.text)
    assert texts["said"]["words"] == 3
