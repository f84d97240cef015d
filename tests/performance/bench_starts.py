"""What it takes to ask an engine whose worker was not started yet, and what prewarming leaves of
it: from the question to the first piece of an answer, or to the transcript of a recogniser, through
the program's own pool. The models are tiny, so that nearly all of it is starting Python and
importing the library; a large model's weights come on top. The page cache is warm: after a restart
of the machine the disk comes on top, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from engines.api import Part, System
from engines.environment import worker_environment
from engines.pool import Pool
from tests.performance.figure import Figure
from tests.performance.libraries import require
from tests.performance.takes import sample_take
from tests.tiny.gguf import build_gguf
from tests.tiny.llama import build_llama
from tests.tiny.whisper_pt import build_whisper_pt

RUNS = 2
LIMIT_S = 120.0
HEARD = Part("echo", {"heard": ["what time is it"]})


@dataclass(frozen=True, slots=True)
class Cold:
    """An engine that is asked."""

    engine: str
    imports: str
    """What it imports of its library by the time it has answered."""
    model: Callable[[Path], dict[str, Any]]
    hears: bool = False
    """A recogniser."""

    def part(self, folder: Path) -> Part:
        return Part(self.engine, self.model(folder))


def _llama(folder: Path) -> dict[str, Any]:
    return {"path": str(build_llama(folder / "llama")), "device": "cpu"}


def _whisper(folder: Path) -> dict[str, Any]:
    path = build_whisper_pt(folder)
    return {"path": str(path), "allow_pickle": path.name, "device": "cpu", "language": "en"}


def _gguf(folder: Path) -> dict[str, Any]:
    return {"path": str(build_gguf(folder)), "device": "cpu"}


ENGINES = (
    Cold(
        "transformers",
        "import torch; from transformers import AutoTokenizer, LlamaForCausalLM",
        _llama,
    ),
    Cold("openai_whisper", "import whisper", _whisper, hears=True),
    Cold("llama_cpp", "import llama_cpp", _gguf),
    Cold("pocketsphinx", "import pocketsphinx", lambda _folder: {}, hears=True),
)


def run() -> list[Figure]:
    """Some minute."""
    require()
    return figures(ENGINES, RUNS)


def figures(engines: tuple[Cold, ...], runs: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        take = sample_take(folder)
        return [
            figure for engine in engines for figure in _of(engine, engine.part(folder), take, runs)
        ]


def _of(engine: Cold, part: Part, take: Path, runs: int) -> list[Figure]:
    libraries_s, cold_s, warm_s, again_s = [], [], [], []
    for _ in range(runs):  # in turn, so that a slow minute of the machine meets all
        libraries_s.append(_import_s(engine.imports))
        cold_s.append(_asked_s(engine, part, take, warmed=False)[0])
        first_s, second_s = _asked_s(engine, part, take, warmed=True)
        warm_s.append(first_s)
        again_s.append(second_s)
    what = "transcript" if engine.hears else "first piece of text"
    library = f"{median(libraries_s):.2f} s: `{engine.imports}` in a Python of its own"
    again = f"{1000 * median(again_s):.0f} ms: asked a second time"
    return [
        Figure(f"{engine.engine}, cold: {what}", median(cold_s), "s", "", library, _note(cold_s)),
        Figure(
            f"{engine.engine}, prewarmed: {what}",
            1000 * median(warm_s),
            "ms",
            "",
            again,
            _note([1000 * s for s in warm_s], ".0f"),
        ),
    ]


def _asked_s(engine: Cold, part: Part, take: Path, *, warmed: bool) -> tuple[float, float]:
    """Seconds until the first question's answer begins, and the second's."""
    system = _system(engine, part)
    with Pool([system], time_limit_s=LIMIT_S) as pool:
        if not engine.hears:  # the scripted recogniser is none of this
            pool.transcribe(HEARD, take).result(LIMIT_S)
        if warmed:
            for loaded in pool.prewarm([system.id]):
                loaded.result(LIMIT_S)
        first = _until_it_begins_s(engine, pool, part, take)
        pool.forget(take)
        return first, _until_it_begins_s(engine, pool, part, take)


def _system(engine: Cold, part: Part) -> System:
    if engine.hears:
        return System("asked", "1", Part("echo", {}), part, "")
    return System("asked", "1", part, HEARD, "scripted", settings={"max_new_tokens": 4})


def _until_it_begins_s(engine: Cold, pool: Pool, part: Part, take: Path) -> float:
    began_s = time.perf_counter()
    if engine.hears:
        pool.transcribe(part, take).result(LIMIT_S)
        return time.perf_counter() - began_s
    came_s: list[float] = []
    asked = pool.ask("asked", take, on_token=lambda _text: came_s.append(time.perf_counter()))
    asked.future.result(LIMIT_S)
    return came_s[0] - began_s


def _import_s(statement: str) -> float:
    environment = worker_environment(os.environ)
    began_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=environment, check=True)
    return time.perf_counter() - began_s


def _note(values: list[float], form: str = ".2f") -> str:
    return f"{min(values):{form}} to {max(values):{form}} in {len(values)} starts"
