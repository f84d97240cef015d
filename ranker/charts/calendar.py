"""Days, weeks or months, as many as fit beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

MOST_BARS = 45


def bars_of(days: Iterable[tuple[str, int]]) -> tuple[str, list[tuple[str, int]]]:
    """`day`, `week` (from Monday) or `month`, and what was in each, those with nothing included;
    the finest unit of which there are at most MOST_BARS. What is no date is left out."""
    votes: Counter[date] = Counter()
    for day, n in days:
        if (when := _date(day)) is not None:
            votes[when] += n
    if not votes:
        return "day", []
    first, last = min(votes), max(votes)
    if (last - first).days < MOST_BARS:
        every = [first + timedelta(k) for k in range((last - first).days + 1)]
        return "day", [(day.isoformat(), votes[day]) for day in every]
    weeks: Counter[date] = Counter()
    for when, n in votes.items():
        weeks[when - timedelta(when.weekday())] += n
    begin, end = min(weeks), max(weeks)
    if (end - begin).days // 7 < MOST_BARS:
        every = [begin + timedelta(7 * k) for k in range((end - begin).days // 7 + 1)]
        return "week", [(day.isoformat(), weeks[day]) for day in every]
    months: Counter[int] = Counter()
    for when, n in votes.items():
        months[when.year * 12 + when.month - 1] += n
    span = range(min(months), max(months) + 1)
    return "month", [(f"{k // 12:04}-{k % 12 + 1:02}", months[k]) for k in span]


def span_of(days: Iterable[tuple[str, int]]) -> str:
    """From the first day with votes to the last, in words; empty without dates."""
    found = sorted(when for day, n in days if n and (when := _date(day)) is not None)
    if not found:
        return ""
    first, last = found[0].isoformat(), found[-1].isoformat()
    return first if first == last else f"{first} to {last}"


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None  # a clock that was no clock; it is among the votes all the same
