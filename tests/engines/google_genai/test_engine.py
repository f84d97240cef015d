"""The engine in each of its roles, before a server that checks every byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.api import Role
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.engines.contract import EngineContract
from tests.helpers.fake_google import MODEL, FakeGoogle

pytestmark = pytest.mark.local


class _BehindAnAddress(EngineContract):
    family = "google_genai"

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls) -> Iterator[EngineInfo]:
        with FakeGoogle() as api:
            cls.model = {"address": api.address, "model": MODEL}
            yield read_manifest(ENGINES_FOLDER / cls.family / "engine.toml")
            assert api.wrong == []


class TestLam(_BehindAnAddress):
    role = Role.LAM


class TestResponder(_BehindAnAddress):
    role = Role.RESPONDER
