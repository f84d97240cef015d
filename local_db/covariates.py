"""What a vote may depend on besides the systems: one flat record of a battle, made at export."""

from __future__ import annotations

from typing import Any

from local_db import kept


def covariates_of(battle: kept.Battle) -> dict[str, Any] | None:
    """Of the last turn that was shown; None where nothing was. What is not known is None.

    `snr_db` is the level of the speech above that of the pauses between it; `language_…` are ISO
    639-1 codes or `und`.
    """
    turns = [turn for turn in battle.turns if turn.shown is not None and not turn.superseded]
    if not turns or turns[-1].shown is None:
        return None
    shown = turns[-1].shown
    take = next((take for take in battle.takes if take.id == turns[-1].take_id), None)
    texts = shown.facts.get("texts", {})

    def of(text: str, name: str) -> Any:
        return texts.get(text, {}).get(name)

    return {
        "trial": battle.number,
        "wait_ms": shown.wait_ms,
        "characters_a": of("a", "characters"),
        "characters_b": of("b", "characters"),
        "words_a": of("a", "words"),
        "words_b": of("b", "words"),
        "language_said": of("said", "language"),
        "language_a": of("a", "language"),
        "language_b": of("b", "language"),
        "snr_db": None if take is None else _snr_db(take),
        "speech_share": None if take is None else take.speech_share,
        "device": None if take is None else take.device_start,
    }


def _snr_db(take: kept.Take) -> float | None:
    speech, noise = take.facts.get("speech_dbfs"), take.facts.get("noise_dbfs")
    return None if speech is None or noise is None else round(speech - noise, 2)
