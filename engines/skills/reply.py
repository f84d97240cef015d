"""What a skill is given and what it gives back."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the words, and all that an answer may depend on."""

    text: str
    """Lower-case words separated by single spaces; numbers in words."""
    now: datetime
    """Local time."""
    seed: int = 0
    answered_before: Sequence[str] = ()
    """Earlier answers of this conversation."""

    @property
    def chance(self) -> random.Random:
        """A generator that starts the same for the same seed, every time it is asked for."""
        return random.Random(self.seed)


@dataclass(frozen=True, slots=True)
class Reply:
    intent: str
    """Which skill answered; "" when none did."""
    text: str


Skill = Callable[[Asked], Reply | None]
"""Answers, or None when the request is not for it."""
