"""The clock is the computer's, and says only what was asked."""

from datetime import datetime

import pytest

from tests.helpers.skills import ask

NEW_YEARS_EVE = datetime(2027, 12, 31, 23, 59)


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "12:00 at night"),
        (0, 5, "12:05 at night"),
        (5, 0, "5:00 in the morning"),
        (11, 59, "11:59 in the morning"),
        (12, 0, "12:00 in the afternoon"),
        (17, 7, "5:07 in the afternoon"),
        (18, 0, "6:00 in the evening"),
        (22, 30, "10:30 at night"),
    ],
)
def test_every_part_of_the_day(hour: int, minute: int, said: str) -> None:
    reply = ask("what time is it", now=datetime(2026, 3, 2, hour, minute))
    assert (reply.intent, reply.text) == ("time", f"It is {said}.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what day is it today", "Today is Friday, December 31, 2027."),
        ("what's today's date", "Today is Friday, December 31, 2027."),
        ("what day is tomorrow", "Tomorrow is Saturday, January 1, 2028."),
        ("what day was it yesterday", "Yesterday was Thursday, December 30, 2027."),
        ("what month is it", "It is December 2027."),
        ("what year is it", "It is the year 2027."),
    ],
)
def test_dates_around_the_end_of_a_year(question: str, answer: str) -> None:
    reply = ask(question, now=NEW_YEARS_EVE)
    assert (reply.intent, reply.text) == ("date", answer)


@pytest.mark.parametrize(
    "question",
    [
        "what time does the sun set tonight",
        "what is the time in france",
        "when is the best time to visit greece",
        "what is the day of the dead",
    ],
)
def test_other_questions_about_time_are_not_answered_with_the_clock(question: str) -> None:
    assert ask(question).intent == ""
