"""A microphone, and something to say into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.pulse import microphone, no_sound_at_all, pulse
from tests.helpers.sounds import speak

__all__ = ["microphone", "no_sound_at_all", "pulse", "question"]


@pytest.fixture(scope="session")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somewhat more than a second of synthetic speech."""
    return speak("what time is it in paris", tmp_path_factory.mktemp("speech") / "q.wav")
