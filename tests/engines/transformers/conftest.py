"""Tiny checkpoints, and one worker for all tests here: torch takes seconds to import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.helpers.asking_worker import AskedWorker
from tests.tiny.llama import build_llama
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio
from tests.tiny.whisper import build_deaf_whisper, build_whisper


@pytest.fixture(scope="session")
def info() -> EngineInfo:
    return read_manifest(ENGINES_FOLDER / "transformers" / "engine.toml")


@pytest.fixture(scope="session")
def worker(info: EngineInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedWorker]:
    cache = tmp_path_factory.mktemp("cache")
    with AskedWorker(info, extra_env={"EARSHOT_CACHE": str(cache)}) as worker:
        yield worker


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, build_llama)


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, build_whisper)


@pytest.fixture(scope="session")
def deaf_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, build_deaf_whisper)


@pytest.fixture(scope="session")
def qwen2_audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, build_qwen2_audio)
