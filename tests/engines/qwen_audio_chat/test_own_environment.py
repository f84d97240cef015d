"""The whole road once: the environment is fetched, and its old transformers answers takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engines.environment_maker import make, plan, remove
from engines.registry import EngineInfo, find_engines
from tests.engines.stand_in_contract import StandInContract

pytestmark = pytest.mark.full


class TestInItsOwnEnvironment(StandInContract):
    family = "qwen_audio_chat"

    @classmethod
    @contextmanager
    def environment(cls, folder: Path) -> Iterator[EngineInfo]:
        info = find_engines(environments=folder)[cls.family]
        make(plan(info, folder), lambda *_: None)
        assert info.is_installed()
        yield info
        remove(cls.family, folder)  # more than a gigabyte
