"""The engine in each of its roles, before a server that checks every byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from engines.api import Role
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.engines.contract import EngineContract
from tests.helpers.fake_openai import MODEL, FakeOpenAI

pytestmark = pytest.mark.local


class _BehindAnAddress(EngineContract):
    family = "openai_compatible"
    asks: ClassVar[str] = MODEL

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls) -> Iterator[EngineInfo]:
        with FakeOpenAI() as api:
            cls.model = {"address": f"{api.address}/v1", "model": cls.asks}
            yield read_manifest(ENGINES_FOLDER / cls.family / "engine.toml")
            assert api.wrong == []


class TestLam(_BehindAnAddress):
    role = Role.LAM


class TestResponder(_BehindAnAddress):
    role = Role.RESPONDER


class TestRecogniser(_BehindAnAddress):
    role = Role.RECOGNISER
    asks = "whisper-1"
