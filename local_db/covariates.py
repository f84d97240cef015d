"""What a vote may depend on besides the systems: one flat record of a battle, made at export."""

from __future__ import annotations

from typing import Any

from local_db import kept


def covariates_of(battle: kept.Battle) -> dict[str, Any] | None:
    """None where nothing was shown. What is not known is None.

    The vote is about the whole conversation: characters and words are sums over the turns that were
    shown. What belongs to a moment is that of the last of them. `snr_db` is the level of the speech
    above that of the pauses between it; `language_…` are ISO 639-1 codes or `und`.
    """
    turns = [turn for turn in battle.turns if turn.shown is not None and not turn.superseded]
    if not turns or turns[-1].shown is None:
        return None
    last = turns[-1].shown
    take = next((take for take in battle.takes if take.id == turns[-1].take_id), None)
    facts = [turn.shown.facts.get("texts", {}) for turn in turns if turn.shown is not None]

    def sum_of(text: str, name: str) -> int | None:
        counts = [of_turn.get(text, {}).get(name) for of_turn in facts]
        return None if None in counts else sum(counts)

    def language_of(text: str) -> Any:
        return facts[-1].get(text, {}).get("language")

    return {
        "trial": battle.number,
        "turns": len(turns),
        "wait_ms": last.wait_ms,
        "characters_a": sum_of("a", "characters"),
        "characters_b": sum_of("b", "characters"),
        "words_a": sum_of("a", "words"),
        "words_b": sum_of("b", "words"),
        "language_said": language_of("said"),
        "language_a": language_of("a"),
        "language_b": language_of("b"),
        "snr_db": None if take is None else _snr_db(take),
        "speech_share": None if take is None else take.speech_share,
        "device": None if take is None else take.device_start,
    }


def _snr_db(take: kept.Take) -> float | None:
    speech, noise = take.facts.get("speech_dbfs"), take.facts.get("noise_dbfs")
    return None if speech is None or noise is None else round(speech - noise, 2)
