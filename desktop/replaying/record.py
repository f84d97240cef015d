"""What a participant saw of a battle, from its record: the texts by slot, and their cadence.

Knows no Qt and no names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.errors import UsageProblem
from local_db.chain import canonical_json
from local_db.kept import Battle, Json, Turn
from local_db.reader import Reader
from ui.safe_text import safe_text

_FEWEST = 4
"""Characters of a key that may stand for it; fewer are a slip."""


@dataclass(frozen=True, slots=True)
class ShownTurn:
    ordinal: int
    text_a: str
    """As it was painted; likewise b."""
    text_b: str
    cadence_per_s: float
    """Grapheme clusters a second; 0 where all was painted at once."""
    wait_ms: float
    truncated_a: bool
    truncated_b: bool
    kept: bool
    """False for a record from before painted texts were kept: then the text is the answer, made
    safe as today."""
    history: str | None = None
    """Whose answer of the turn before was gone on with; None in the first."""


def battle_called(reader: Reader, key: str) -> Battle:
    """The battle whose key begins so. Raises UsageProblem where none or several do."""
    key = key.strip().lower()
    if len(key) < _FEWEST:
        raise UsageProblem(
            f"A battle is called by the first {_FEWEST} characters of its key, or more.",
            "An export names every battle in its `battle_id`.",
        )
    found = [one for one in reader.battle_ids() if one.startswith(key)]
    if not found:
        raise UsageProblem(
            f"There is no battle {key} on this station.",
            "An export names every battle in its `battle_id`; its beginning is enough.",
        )
    if len(found) > 1 and key not in found:
        raise UsageProblem(
            f"{len(found)} battles begin with {key}, for example {found[0]} and {found[1]}.",
            "Type more of it.",
        )
    return reader.battle(key if key in found else found[0])


def shown_turns(battle: Battle) -> list[ShownTurn]:
    """Every turn whose answers were shown, first to last. Raises UsageProblem where none was."""
    found = [_shown(turn) for turn in battle.turns if turn.shown and not turn.superseded]
    turns = [turn for turn in found if turn is not None]
    if not turns:
        raise UsageProblem(
            f"In battle {battle.battle_id} no answer was shown: it ended as {battle.state}.",
            "Only what a participant saw can be shown again.",
        )
    return turns


def digest(turns: Sequence[ShownTurn]) -> str:
    """SHA-256 of what was shown: of each turn the texts by slot, whether they were cut, the
    cadence, and in later turns whose answer was gone on with, as canonical JSON."""
    shown = [
        {
            "turn": turn.ordinal,
            "a": [turn.text_a, turn.truncated_a],
            "b": [turn.text_b, turn.truncated_b],
            "cadence_per_s": float(turn.cadence_per_s),
            **({} if turn.history is None else {"history": turn.history}),
        }
        for turn in turns
    ]
    return hashlib.sha256(canonical_json(shown).encode()).hexdigest()


def _shown(turn: Turn) -> ShownTurn | None:
    shown = turn.shown
    if shown is None or turn.a is None or turn.b is None:
        return None
    painted: Json = shown.facts.get("painted") or {}
    return ShownTurn(
        ordinal=turn.ordinal,
        text_a=painted.get("a", safe_text(turn.a.text).text),
        text_b=painted.get("b", safe_text(turn.b.text).text),
        cadence_per_s=shown.cadence_per_s,
        wait_ms=shown.wait_ms,
        truncated_a=shown.truncated_a,
        truncated_b=shown.truncated_b,
        kept={"a", "b"} <= painted.keys(),
        history=turn.history,
    )
