"""How the battles ended that were started: what is counted is only part of them."""

from __future__ import annotations

from collections.abc import Mapping

from ranker.verdict import count

_ORDER = ("skipped", "failed", "abandoned", "withdrawn", "open")


def ended(states: Mapping[str, int]) -> str:
    """A sentence whose parts are the whole; empty where nothing was started.

    `states`: state -> battles.
    """
    if not states:
        return ""
    others = [*_ORDER, *sorted(set(states) - {*_ORDER, "voted"})]
    parts = [f"{states.get('voted', 0):,} voted"]
    parts += [f"{states[state]:,} {state}" for state in others if states.get(state)]
    return f"{count(sum(states.values()), 'battle')} started: {', '.join(parts)}."


def seen(n_seen: int, n_votes: int) -> str:
    """A sentence on how many battles of all that were read are counted."""
    left_out = n_seen - n_votes
    said = f"{left_out:,} of them not counted" if left_out else "all counted"
    return f"{count(n_seen, 'battle')} seen, {said}."
