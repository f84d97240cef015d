"""A coin and dice. The same seed falls the same way."""

from __future__ import annotations

import re

from engines.skills.reply import Asked, Reply

COIN = "coin"
DICE = "dice"

_COIN = re.compile(
    r"\b(?:flip|toss|throw) (?:a|the) coin\b|^(?:please )?heads or tails(?: please)?$"
)
_DICE = re.compile(
    r"\b(?:roll|throw) (?:(?P<count>a pair of|a|one|the|two|three|four|five|six) )?"
    r"(?P<what>die|dice)\b"
)
_COUNTS = {"a pair of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def answer_coin(asked: Asked) -> Reply | None:
    if not _COIN.search(asked.text):
        return None
    side = asked.chance.choice(("heads", "tails"))
    return Reply(COIN, f"The coin landed on {side}.")


def answer_dice(asked: Asked) -> Reply | None:
    match = _DICE.search(asked.text)
    if match is None:
        return None
    chance = asked.chance
    rolled = [chance.randint(1, 6) for _ in range(_count(match))]
    if len(rolled) == 1:
        return Reply(DICE, f"You rolled a {rolled[0]}.")
    listed = ", ".join(f"a {value}" for value in rolled[:-1])
    return Reply(DICE, f"You rolled {listed} and a {rolled[-1]}, which makes {sum(rolled)}.")


def _count(match: re.Match[str]) -> int:
    if match["count"] in (None, "the") and match["what"] == "dice":
        return 2
    return _COUNTS.get(match["count"], 1)
