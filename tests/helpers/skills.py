"""Ask the skills something at a known time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engines.skills.answering import answer
from engines.skills.reply import Asked, Reply

AFTERNOON = datetime(2026, 3, 2, 17, 7)  # a Monday


def ask(
    text: str,
    *,
    now: datetime = AFTERNOON,
    seed: int = 0,
    understood: bool = True,
    answered_before: Sequence[str] = (),
) -> Reply:
    return answer(Asked(text, now, seed, answered_before), understood=understood)
