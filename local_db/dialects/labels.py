"""The one way from an outcome to a dialect's word and back: unknown words are refused."""

from __future__ import annotations

from collections.abc import Mapping

from local_db.errors import UnknownLabel

LMARENA = {"a": "model_a", "b": "model_b", "tie": "tie", "both_bad": "both_bad"}
"""Also of csv, Parquet and audiofolder: arena-rank reads these words."""
FASTCHAT = LMARENA | {"both_bad": "tie (bothbad)"}
EVALICA = {"a": "left", "b": "right", "tie": "tie", "both_bad": "tie"}
"""Has no word for both bad; the column `outcome` beside it says which it was."""

READ_LMARENA = {
    "model_a": "a",
    "model_b": "b",
    "tie": "tie",
    "both_bad": "both_bad",
    "tie (bothbad)": "both_bad",
}
"""Their data sets spell it both ways."""
READ_EVALICA = {"left": "a", "right": "b", "tie": "tie"}


def word(words: Mapping[str, str], outcome: str | None, where: str) -> str:
    """What `outcome` is called. Raises UnknownLabel."""
    if outcome is None or outcome not in words:
        raise UnknownLabel(outcome, where, words)
    return words[outcome]


def meaning(outcomes: Mapping[str, str], label: object, where: str) -> str | None:
    """The outcome that `label` stands for; None for a hole. Raises UnknownLabel."""
    if label is None or label == "":
        return None
    if not isinstance(label, str) or label not in outcomes:
        raise UnknownLabel(label, where, outcomes)
    return outcomes[label]
