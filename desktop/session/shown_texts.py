"""What the cards show of two answers: by one rule for both. The raw answers are what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.session.ledger import Outcome
from desktop.session.plain_words import plain_words
from desktop.session.study_parts import Markdown, Showing
from engines.api import Answer


def shown_texts(showing: Showing, outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Slot -> text; a slot whose system failed has none."""
    texts = {slot: one.text for slot, one in outcomes.items() if isinstance(one, Answer)}
    if showing.markdown is Markdown.PLAIN:
        texts = {slot: plain_words(text) for slot, text in texts.items()}
    return texts
