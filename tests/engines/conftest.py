"""Shared by the tests of the workers and of every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.wav_files import write_wav

# Its assertions are explained by pytest as if they stood in a test file.
pytest.register_assert_rewrite("tests.engines.contract")


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """A second and a half of quiet noise."""
    return write_wav(tmp_path / "take.wav")
