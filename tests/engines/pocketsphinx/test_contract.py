"""The recogniser is an engine like any other."""

from pathlib import Path

import pytest

from tests.engines.contract import EngineContract
from tests.helpers.spoken import spoken


class TestPocketSphinx(EngineContract):
    family = "pocketsphinx"
    hears_quickly = False

    @pytest.fixture(scope="class")
    @classmethod
    def take(cls) -> Path:
        return spoken("what is two plus three", "en-us", 160)
