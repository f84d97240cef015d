"""Whisper by its authors' library is an engine like any other."""

from __future__ import annotations

import pytest

from engines.api import Role
from tests.engines.contract import EngineContract
from tests.tiny.whisper_pt import build_whisper_pt

pytestmark = pytest.mark.local


class TestOpenAIWhisper(EngineContract):
    family = "openai_whisper"
    role = Role.RECOGNISER

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _checkpoint(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = build_whisper_pt(tmp_path_factory.mktemp("models"))
        cls.model = {
            "path": str(path),
            "allow_pickle": path.name,
            "device": "cpu",
            "segments": True,
        }
