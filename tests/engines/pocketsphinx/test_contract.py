"""The recogniser is an engine like any other."""

from pathlib import Path

import pytest

from engines.registry import EngineInfo
from tests.engines.contract import EngineContract
from tests.helpers.spoken import spoken


class TestPocketSphinx(EngineContract):
    family = "pocketsphinx"
    hears_quickly = False

    @pytest.fixture(scope="class")
    @classmethod
    def take(cls) -> Path:
        return spoken("what is two plus three", "en-us", 160)

    @pytest.mark.local  # for its time; test_engine.py hears one take twice in every run
    def test_hears_the_same_twice(self, info: EngineInfo, take: Path) -> None:
        super().test_hears_the_same_twice(info, take)
