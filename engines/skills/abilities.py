"""What the skills can do, in words, and what they say when they could not."""

from __future__ import annotations

from engines.skills.reply import Asked, Reply

ABILITIES = (
    "tell you the time and the date, do sums, convert units, name capital cities, flip a coin, "
    "roll dice and tell a joke"
)

_EXAMPLES = (
    "what is the capital of Norway",
    "how many ounces are in a pound",
    "what is fifteen percent of eighty",
    "convert twelve miles to kilometers",
    "what day is it tomorrow",
    "what is the square root of eighty one",
)


def not_understood(asked: Asked, *, sure_of_words: bool) -> Reply:
    """Says what was heard and what could be asked instead.

    `sure_of_words` is False when the recogniser itself does not believe the words.
    """
    example = asked.chance.choice(_EXAMPLES)
    offer = f"I can {ABILITIES}. You could ask me, for example: {example}?"
    if not asked.text:
        return Reply("", f"I am sorry, I did not hear any words. {offer}")
    if sure_of_words:
        return Reply("", f"I heard “{asked.text}”, and I cannot help with that. {offer}")
    heard = f"It sounded a little like “{asked.text}”, but I do not think that is what you said."
    return Reply("", f"{heard} {offer}")
