"""Time and date, in local time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from engines.skills.reply import Asked, Reply

TIME = "time"
DATE = "date"

# Our own names: those of `strftime` follow whatever locale a library has set.
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on

_ELSEWHERE = r"(?! (?:in|at|does|do|did|for|of|to|will|was|should|zone)\b)"
_TIME = re.compile(
    r"\b(?:what time is it|what time it is|(?:what is|what's) the (?:current )?time"
    r"|(?:tell me|know|got|have) the (?:current )?time|what the (?:current )?time is)\b"
    + _ELSEWHERE
)
_DATE = re.compile(
    r"\b(?:(?:what|which) (?:day|date|month|year) (?:is|was|it)\b(?! the\b)"
    r"|(?:what|which) day of the week"
    r"|(?:what is|what's|tell me|know) the (?:date|day)\b"
    r"|what the (?:date|day) is|(?:today's|tomorrow's|yesterday's) date)" + _ELSEWHERE
)
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}


def answer_time(asked: Asked) -> Reply | None:
    if not _TIME.search(asked.text):
        return None
    return Reply(TIME, f"It is {say_time(asked.now)}.")


def answer_date(asked: Asked) -> Reply | None:
    match = _DATE.search(asked.text)
    if match is None:
        return None
    if re.search(r"\b(?:what|which) month\b", asked.text):
        return Reply(DATE, f"It is {_MONTHS[asked.now.month - 1]} {asked.now.year}.")
    if re.search(r"\b(?:what|which) year\b", asked.text):
        return Reply(DATE, f"It is the year {asked.now.year}.")
    day = next((name for name in _DAYS if re.search(rf"\b{name}\b", asked.text)), "today")
    verb = "was" if day == "yesterday" else "is"
    date = asked.now + timedelta(days=_DAYS[day])
    return Reply(DATE, f"{day.capitalize()} {verb} {say_date(date)}.")


def say_time(now: datetime) -> str:
    """ "5:07 in the afternoon" """
    return f"{(now.hour - 1) % 12 + 1}:{now.minute:02} {_part_of_day(now.hour)}"


def _part_of_day(hour: int) -> str:
    if 5 <= hour < 12:
        return "in the morning"
    if 12 <= hour < 18:
        return "in the afternoon"
    return "in the evening" if 18 <= hour < 22 else "at night"


def say_date(date: datetime) -> str:
    """ "Monday, March 2, 2026" """
    return f"{_WEEKDAYS[date.weekday()]}, {_MONTHS[date.month - 1]} {date.day}, {date.year}"
