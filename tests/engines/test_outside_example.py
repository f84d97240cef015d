"""The example of a program that is not ours passes what every engine of ours passes."""

from __future__ import annotations

import ast
import re
import shutil
import sys
import threading
from pathlib import Path

import pytest

from desktop.catalogue.adding import add_file
from desktop.catalogue.catalogue import read_catalogue
from desktop.paths import Home
from engines import wire
from engines.api import FinishReason, Prompt
from engines.client import WorkerProcess
from engines.pool import Pool
from engines.registry import engines_at, find_engines
from tests.engines.contract import EngineContract
from tests.helpers.wav_files import write_wav

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES, PAGE = DOCS / "examples", DOCS / "outside-engines.md"
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


def test_whoever_does_what_the_page_says_gets_an_answer(tmp_path: Path) -> None:
    """The files in the folders the page names, then its `[[system]]` table: nothing else."""
    home = Home(tmp_path / "home")
    page = PAGE.read_text("utf-8")
    shown = dict(re.findall(r"(?ms)^`docs/examples/[^`]*/([^`/]+)`:\n\n```\w+\n(.*?)^```", page))
    for place in re.findall(r"(?m)^    <data folder>/(\S+)$", page):
        file = home.folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown.pop(file.name), "utf-8")
    ((name, table),) = shown.items()
    (tmp_path / name).write_text(table, "utf-8")
    (id_,) = add_file(tmp_path / name, home)
    assert f"--system {id_}\n" in page
    system = read_catalogue(home)[id_].system
    with Pool([system], places=home.places) as pool:
        assert pool.probe(system.responder).result(LIMIT_S).ok
        asked = pool.ask(id_, write_wav(tmp_path / "take.wav"), seed=1)
        answer = asked.future.result(LIMIT_S)
    assert answer.text.startswith("I heard 1.5 seconds")
    assert answer.finish is FinishReason.STOP
    assert answer.served_version == "example 1"


def test_a_long_answer_of_the_example_is_cancelled(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    program = bring(home) / "outside_engine.py"
    endless = "    while not time.sleep(0.01):\n        yield 'on and on '\n"
    code, count = re.subn(r"    yield from .*\n", endless, program.read_text("utf-8"))
    assert count == 1
    program.write_text(code, "utf-8")
    begun = threading.Event()
    with WorkerProcess(engines_at(home.places)["outside_engine"]) as worker:
        worker.start()
        worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
        params = wire.write_prompt(Prompt(wav_path=write_wav(tmp_path / "take.wav")))
        call = worker.call("respond", params, timeout_s=LIMIT_S, on_token=lambda _: begun.set())
        assert begun.wait(LIMIT_S)
        call.cancel_request()
        answer = wire.read_responded(call.result(LIMIT_S))
        assert worker.alive
    assert answer.finished.reason is FinishReason.CANCELLED
    assert answer.text.startswith("on and on ")


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
