"""Capital cities."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from engines.skills.reply import Asked, Reply

INTENT = "capitals"
TABLE = Path(__file__).with_name("capitals.toml")

_SAID_WITH_THE = {
    "czech republic",
    "netherlands",
    "philippines",
    "united kingdom",
    "united states",
}


def answer(asked: Asked) -> Reply | None:
    match = _pattern().search(asked.text)
    if match is None:
        return None
    country = match["country"]
    article = "the " if country in _SAID_WITH_THE else ""
    capital = read_capitals()[country].removesuffix(".")
    return Reply(INTENT, f"The capital of {article}{country.title()} is {capital}.")


@cache
def read_capitals() -> dict[str, str]:
    """Country in lower case -> capital."""
    table: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["capitals"]
    return table


@cache
def _pattern() -> re.Pattern[str]:
    country = "|".join(sorted(read_capitals(), key=len, reverse=True))
    return re.compile(rf"\bcapital(?: city)? of (?:the )?(?P<country>{country})\b")
