"""The contract, of an engine that runs a checkpoint's own code: a stand-in with random weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

import pytest

from engines.registry import EngineInfo
from tests.engines.contract import EngineContract
from tests.helpers.stand_ins import build, cache_in, in_our_python


class StandInContract(EngineContract):
    settings: ClassVar[Mapping[str, Any]] = {"max_new_tokens": 12}

    @classmethod
    def environment(cls, _folder: Path) -> AbstractContextManager[EngineInfo]:
        """The engine, in our own interpreter unless said."""
        return nullcontext(in_our_python(cls.family))

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineInfo]:
        folder = tmp_path_factory.mktemp("stand-in")
        with cls.environment(folder) as info, cache_in(folder / "cache"):
            named = "tiny-v1.5"  # a dot, as in real names
            cls.model = build(cls.family, folder / named, info.python)
            yield info
