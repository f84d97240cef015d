"""The example of a program that is not ours passes what every engine of ours passes."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

import pytest

from desktop.paths import Home
from engines.api import FinishReason, Part, System
from engines.pool import Pool
from engines.registry import engines_at, find_engines
from tests.engines.contract import EngineContract
from tests.helpers.wav_files import write_wav

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
LIMIT_S = 60.0


class TestOutsideEngine(EngineContract):
    family = "outside_engine"
    manifests = EXAMPLES


def bring(home: Home, name: str = "outside_engine") -> Path:
    """Put the example where a user would."""
    folder = home.engines / name
    shutil.copytree(EXAMPLES / "outside_engine", folder)
    manifest = folder / "engine.toml"
    manifest.write_text(manifest.read_text().replace('outside_engine"\nr', f'{name}"\nr'))
    return folder


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse((EXAMPLES / "outside_engine" / "outside_engine.py").read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert names
    assert names <= sys.stdlib_module_names


def test_an_engine_in_the_data_folder_answers_a_take(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    bring(home)
    system = System("brought", "1", Part("outside_engine", {"any": "thing"}))
    with Pool([system], places=home.places) as pool:
        assert pool.probe(system.responder).result(LIMIT_S).ok
        asked = pool.ask("brought", write_wav(tmp_path / "take.wav"), seed=1)
        answer = asked.future.result(LIMIT_S)
    assert answer.text.startswith("I heard 1.5 seconds")
    assert answer.finish is FinishReason.STOP
    assert answer.served_version == "example 1"


@pytest.mark.parametrize("name", ["echo", "eliza"])
def test_an_engine_from_outside_cannot_take_the_place_of_ours(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / "home")
    folder = bring(home, name)
    engines = engines_at(home.places)
    assert engines[name] == find_engines()[name]
    brought = engines[f"{name} (outside)"]
    assert brought.folder == folder
    assert "rename" in brought.problem
    assert not brought.is_installed()
