"""What a rule left out, in words: the rules' own names are for programs (`Board.exclusions`)."""

from __future__ import annotations

_ONE_AND_MORE = {
    "kind practice": ("practice battle", "practice battles"),
    "kind gold": ("gold battle", "gold battles"),
    "kind swapped_repeat": ("swapped repeat", "swapped repeats"),
    "kind same_system": ("battle of one system with itself", "battles of one system with itself"),
    "kind same_text": ("battle of one text in both slots", "battles of one text in both slots"),
    "cannot judge": ("that nobody could judge",) * 2,
    "self-play": ("of one system with itself",) * 2,
    "state open": ("still open",) * 2,
    "still_open": ("still open",) * 2,
    "missing winner": ("without a winner",) * 2,
    "no participant": ("without a participant",) * 2,
    "no recording": ("without a recording",) * 2,
    "newer schema": ("of a newer schema",) * 2,
    "line too long": ("line that is too long", "lines that are too long"),
    "malformed line": ("malformed line", "malformed lines"),
    "malformed vote": ("malformed vote", "malformed votes"),
    "truncated line": ("truncated line", "truncated lines"),
    "unknown label": ("unknown label", "unknown labels"),
    "duplicate": ("duplicate", "duplicates"),
    "earlier copy": ("earlier copy", "earlier copies"),
}


def in_words(rule: str, n: int) -> str:
    """How many battles (or lines of an export) `rule` left out: `2 practice battles`."""
    kind = rule.removeprefix("kind ")
    known = _ONE_AND_MORE.get(rule)
    if known is None and kind != rule:
        known = f"battle of kind {kind}", f"battles of kind {kind}"
    if known is None:
        known = (rule.removeprefix("state "),) * 2  # words already: failed, simulated …
    return f"{n:,} {known[n != 1]}"
