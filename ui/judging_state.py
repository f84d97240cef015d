"""What a participant says of two answers besides who was better, and how both were read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Strength(StrEnum):
    """By how much one answer was better; a tie and both bad have none."""

    SLIGHTLY = "slightly"
    CLEARLY = "clearly"


class Code(StrEnum):
    """Why, by side.

    The first five are what participants named most often for the answer they preferred ("Mind the
    Gap!", section 5, "Reasons for Preferences"); the last three are where an answer failed.
    """

    DETAIL = "level_of_detail"
    HELPFULNESS = "helpfulness"
    ACCURACY = "accuracy"
    LANGUAGE = "language_appropriateness"
    HUMAN = "human_likeness"
    HEARD_WRONG = "heard_wrong"
    CONTENT = "content"
    FORM = "form"


FAILURES = (Code.HEARD_WRONG, Code.CONTENT, Code.FORM)
MERITS = tuple(code for code in Code if code not in FAILURES)


@dataclass(frozen=True, slots=True)
class SideJudged:
    """One answer by itself."""

    good: bool | None = None
    """None while nothing was said."""
    codes: frozenset[Code] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """Both answers, each by itself."""

    a: SideJudged = SideJudged()
    b: SideJudged = SideJudged()

    def with_side(self, slot: str, side: SideJudged) -> Judged:
        return replace(self, a=side) if slot == "a" else replace(self, b=side)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the study asks besides who was better."""

    strength: bool = False
    each_side: bool = False
    codes: bool = False

    @property
    def sheet(self) -> bool:
        """Whether anything is asked after the vote."""
        return self.each_side or self.codes


@dataclass(frozen=True, slots=True)
class CardRead:
    """How one answer was read. Holds no word of it."""

    scrolled: float
    """The furthest part that was in view, in [0, 1]; 1 where all of it fits."""
    focus_s: float
    """Seconds it had the keyboard's focus."""
    hover_s: float
    """Seconds the pointer was in its card, from its first move there on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How both answers were read, from the first tick of their reveal, or from when the answer was
    to be changed, until the vote."""

    a: CardRead
    b: CardRead
    first_scrolled: str = ""
    """The slot whose text was scrolled first; empty for neither. Likewise the others."""
    first_focused: str = ""
    first_hovered: str = ""
