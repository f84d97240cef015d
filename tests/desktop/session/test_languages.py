"""Languages are told offline, and not guessed."""

from __future__ import annotations

import pytest

from desktop.session.languages import LANGUAGES, UNDETERMINED, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The capital of France is Paris.", "en"),
        ("Hello! How can I help you today?", "en"),
        ("La capital de Francia es París.", "es"),
        ("Die Hauptstadt ist Paris.", "de"),
        ("Je ne sais pas si je peux venir demain.", "fr"),
        ("สวัสดีครับ", "th"),
        ("把盐和水混合", "zh"),
        ("こんにちは、元気ですか", "ja"),
        ("안녕하세요", "ko"),
        ("नमस्ते आप कैसे हैं", "hi"),
        ("مرحبا بالعالم", "ar"),
        ("Добрий день, як справи?", "uk"),
        ("Xin chào, bạn khỏe không?", "vi"),
    ],
)
def test_a_sentence_has_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "4", "12:30", "Yes.", "No.", "Oui.", "🙂"])
def test_what_could_be_anything_is_undetermined(text: str) -> None:
    assert language_of(text) == UNDETERMINED


def test_no_language_is_listed_twice() -> None:
    assert len(set(LANGUAGES)) == len(LANGUAGES)
