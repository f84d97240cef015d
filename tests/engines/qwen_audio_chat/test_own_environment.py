"""The whole road once: the environment is fetched, and its old transformers answers takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from engines.environment_maker import make, plan, remove
from engines.registry import EngineInfo, find_engines
from tests.engines.contract import EngineContract
from tests.helpers.stand_ins import build, cache_in

pytestmark = pytest.mark.full


class TestInItsOwnEnvironment(EngineContract):
    family = "qwen_audio_chat"
    settings: ClassVar[Mapping[str, Any]] = {"max_new_tokens": 12}

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineInfo]:
        folder = tmp_path_factory.mktemp("own")
        info = find_engines(environments=folder)[cls.family]
        make(plan(info, folder), lambda *_: None)
        assert info.is_installed()
        cls.model = build(cls.family, folder / "tiny", info.python)
        with cache_in(folder / "cache"):
            yield info
        remove(cls.family, folder)  # more than a gigabyte
