"""Where a conversation of several turns stands, as the participant sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    """One side's answer of a turn before."""

    text: str
    """As it was shown (the card makes it safe to paint)."""
    gone_on_with: bool = False
    """Whether the participant chose it for the conversation to go on with."""


@dataclass(frozen=True, slots=True)
class Conversation:
    turn: int = 1
    """Of the moment, from 1."""
    most: int = 1
    """A battle may have so many."""
    chooses: bool = False
    """Whether the participant says whose answer the conversation goes on with."""
    may_go_on: bool = False
    """Whether there is another turn, once both answers have been shown."""
    may_go_back: bool = False
    """Whether nothing was said in this turn yet: then the answers before can still be voted on."""

    @property
    def goes_on_by_talking(self) -> bool:
        return self.may_go_on and not self.chooses
