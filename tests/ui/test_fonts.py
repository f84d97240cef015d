"""Letters of every script come from one chosen family, not from whichever is found."""

import pytest
from PySide6.QtGui import QTextLayout

from ui import theme

SAMPLES = {
    "Cyrillic": "привет",
    "Greek": "γειά",
    "Hebrew": "שלום",
    "Arabic": "مرحبا",
    "Devanagari": "नमस्ते",
    "Tamil": "வணக்கம்",
    "Thai": "สวัสดี",
    "Georgian": "გამარჯობა",
    "Han": "中文",
    "Kana": "こんにちは",
}


def families_drawing(text: str) -> set[str]:
    layout = QTextLayout(text, theme.now.font(theme.Type.ANSWER))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return {run.rawFont().familyName() for run in layout.glyphRuns()}


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_a_script_is_drawn_by_a_chosen_family(text: str):
    assert families_drawing(text) <= set(theme.now.families)


def test_the_windows_own_font_comes_first():
    assert families_drawing("Earshot") == {theme.now.families[0]}


def test_no_family_is_asked_twice():
    assert len(set(theme.now.families)) == len(theme.now.families)
