"""Jokes, none told twice in one conversation while there is another."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from engines.skills.reply import Asked, Reply

INTENT = "jokes"
TABLE = Path(__file__).with_name("jokes.toml")

_JOKE = re.compile(
    r"\b(?:tell|know|have|hear|another|more|got)\b.*\bjokes?\b|^(?:please )?(?:a|another) joke\b"
    r"|\bmake me laugh\b|\b(?:say|tell me) something funny\b"
)
_ANOTHER = re.compile(r"^another one(?: please)?$")


def answer(asked: Asked) -> Reply | None:
    if not _JOKE.search(asked.text) and not _ANOTHER.search(asked.text):
        return None
    fresh = [joke for joke in read_jokes() if joke not in asked.answered_before]
    return Reply(INTENT, asked.chance.choice(fresh or list(read_jokes())))


@cache
def read_jokes() -> tuple[str, ...]:
    return tuple(tomllib.loads(TABLE.read_text(encoding="utf-8"))["jokes"])
