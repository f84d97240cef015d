"""The tiny checkpoints that tests are built on are small, whole and the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny.llama import build_llama
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio
from tests.tiny.whisper import build_deaf_whisper, build_whisper

pytestmark = pytest.mark.local

BUILDERS = [build_llama, build_whisper, build_deaf_whisper, build_qwen2_audio]


@pytest.mark.parametrize("build", BUILDERS)
def test_is_small_and_the_same_every_time(build: Callable[[Path], Path], tmp_path: Path) -> None:
    first, second = build(tmp_path / "a"), build(tmp_path / "b")
    assert sum(file.stat().st_size for file in first.iterdir()) < 2_000_000
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(contents(first))
    assert contents(first) == contents(second)


def test_is_built_once_for_everybody(tmp_path_factory: pytest.TempPathFactory) -> None:
    built = []

    def build_something(folder: Path) -> Path:
        built.append(folder)
        return folder

    assert once(tmp_path_factory, build_something) == once(tmp_path_factory, build_something)
    assert len(built) == 1


def contents(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}
