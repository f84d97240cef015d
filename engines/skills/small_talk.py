"""Greetings, thanks, goodbyes, and what one is talking to. The whole request must be that."""

from __future__ import annotations

import re

from engines.skills.abilities import ABILITIES
from engines.skills.reply import Asked, Reply

GREETING = "greeting"
THANKS = "thanks"
GOODBYE = "goodbye"
ABOUT = "about"

_HELLO = r"(?P<hello>(?:hello|hi|hey)(?: there)?|good (?:morning|afternoon|evening|day))"
_HOW = (
    r"(?P<how>how are you(?: doing)?(?: today)?|how is it going|how's it going|how do you do"
    r"|are you well)"
)
_PLEASED = r"(?P<pleased>(?:nice|pleased|good) to meet you)"
_GREETING = re.compile(rf"(?:{_HELLO})?(?: ?{_HOW})?(?: ?{_PLEASED})?")
_THANKS = re.compile(
    r"(?:great |ok |okay |that's all |that is all )?"
    r"(?:thank you|thanks|many thanks)"
    r"(?: very much| so much| a lot| again)?(?: for your help| that was helpful)?"
)
_GOODBYE = re.compile(
    r"(?:goodbye|good bye|bye|bye bye|see you(?: later| soon| tomorrow)?|good night)"
)
_TELL = (
    r"(?:tell me |please tell me |(?:can|could) you (?:please )?tell me |do you know "
    r"|i (?:want|would like) to know )"
)
_ABOUT = re.compile(
    rf"(?:{_TELL})?(?:who are you|what are you|who am i talking to|(?:what's |what is )?your name"
    r"|what can you do(?: for me)?|what you can do|what are you able to do|what do you know"
    r"|(?:what's|what is) it you can do|(?:what|how) can you help(?: me)?(?: with)?"
    r"|(?:please |can you |could you )?help(?: me)?|what (?:can|should) i (?:ask|say)(?: you)?"
    r"|what (?:questions|kind of questions) can (?:you answer|i ask(?: you)?)"
    r"|what (?:kind|sort) of things can you do)(?: please)?"
)


def answer(asked: Asked) -> Reply | None:
    text = asked.text
    if _THANKS.fullmatch(text):
        return Reply(THANKS, "You are welcome.")
    if _GOODBYE.fullmatch(text):
        farewell = "Good night, sleep well." if text == "good night" else "Goodbye, and take care."
        return Reply(GOODBYE, farewell)
    if _ABOUT.fullmatch(text):
        return Reply(ABOUT, f"I am a small voice assistant. I can {ABILITIES}.")
    match = _GREETING.fullmatch(text)
    return _greeted(match) if text and match else None


def _greeted(match: re.Match[str]) -> Reply:
    hello = match["hello"] or ""
    said = hello.capitalize() if hello.startswith("good ") else "Hello"
    pieces = [f"{said}."]
    if match["pleased"]:
        pieces.append("It is nice to meet you too.")
    if match["how"]:
        pieces.append("I am well, thank you for asking.")
    pieces.append("What can I do for you?")
    return Reply(GREETING, " ".join(pieces))
