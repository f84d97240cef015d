"""The engine passes the contract on a stand-in with random weights, in our own interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from engines.registry import EngineInfo
from tests.engines.contract import EngineContract
from tests.helpers.stand_ins import build, cache_in, in_our_python

pytestmark = pytest.mark.local


class TestQwen(EngineContract):
    family = "qwen_audio_chat"
    settings: ClassVar[Mapping[str, Any]] = {"max_new_tokens": 12}

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineInfo]:
        folder = tmp_path_factory.mktemp("stand-in")
        info = in_our_python(cls.family)
        cls.model = build(cls.family, folder / "tiny-v1.5")  # a dot, as in real names
        with cache_in(folder / "cache"):
            yield info
