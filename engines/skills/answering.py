"""Which skill answers: the first that finds its request in the words."""

from __future__ import annotations

from engines.skills import arithmetic, capitals, chance, clock, jokes, small_talk, units
from engines.skills.abilities import not_understood
from engines.skills.reply import Asked, Reply, Skill

# Narrow requests before wide ones: a conversion may hold a number, a sum may hold "and".
SKILLS: tuple[Skill, ...] = (
    small_talk.answer,
    capitals.answer,
    units.answer,
    clock.answer_time,
    clock.answer_date,
    chance.answer_coin,
    chance.answer_dice,
    jokes.answer,
    arithmetic.answer,
)


def answer(asked: Asked, *, understood: bool) -> Reply:
    """One reply to one request; `understood` is what the recogniser thinks of its own words."""
    if understood:
        for skill in SKILLS:
            if (reply := skill(asked)) is not None:
                return reply
    return not_understood(asked, sure_of_words=understood)
