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
