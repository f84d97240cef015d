"""Small talk, and nothing that only begins like it."""

import pytest

from tests.helpers.skills import ask


@pytest.mark.parametrize(
    ("said", "intent", "answered"),
    [
        ("hello", "greeting", "Hello. What can I do for you?"),
        (
            "good morning how are you",
            "greeting",
            "Good morning. I am well, thank you for asking. What can I do for you?",
        ),
        ("nice to meet you", "greeting", "Hello. It is nice to meet you too. "),
        ("thank you very much", "thanks", "You are welcome."),
        ("bye bye", "goodbye", "Goodbye, and take care."),
        ("good night", "goodbye", "Good night, sleep well."),
        ("who are you", "about", "I am a small voice assistant. I can tell you the time"),
        ("can you help me", "about", "I am a small voice assistant."),
    ],
)
def test_golden_small_talk(said: str, intent: str, answered: str) -> None:
    reply = ask(said)
    assert reply.intent == intent
    assert reply.text.startswith(answered)


@pytest.mark.parametrize(
    "said", ["help me plan a week in portugal", "translate good night into spanish", ""]
)
def test_what_only_holds_small_talk_is_none(said: str) -> None:
    assert ask(said).intent == ""
