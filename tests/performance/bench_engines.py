"""What a worker adds to a real library. The same question is put to the worker and to the library
in a process without our code, in turn, many times, with equal weights, threads and length: random
weights that never end an answer. Intervals are bootstraps over the answers. Added to the first
token: from asking to the first piece of text, against the library's own first token. Then how soon
a worker is free after a cancel, and how soon its memory is free after SIGKILL to its process group;
memory that is its own, without the files it maps.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.performance import endings, random_models, worker_cost
from tests.performance.alone import Alone, Worker
from tests.performance.figure import Figure
from tests.performance.libraries import require
from tests.performance.worker_cost import Sizes
from tests.tiny import gguf
from tests.tiny.gguf import build_gguf


@dataclass(frozen=True, slots=True)
class Model:
    """One that is measured."""

    name: str
    library: str
    """Its engine's name, too."""
    make: Callable[[Path], Path]
    """Fill a folder; the path to load."""
    sizes: Sizes
    endings: int
    """Cancels, and kills; 0 for none."""


def _folder(model: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        random_models.make(model, folder)
        return folder

    return make


def _file(size: gguf.Size) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        folder.mkdir()
        return build_gguf(folder, size=size, context=32_768)

    return make


LARGE_GGUF = gguf.Size(width=768, inner=2048, layers=16, heads=12, kv_heads=12)
"""114 million parameters."""

MODELS = (
    Model("transformers, tiny", "transformers", _folder("llama-tiny"), Sizes(200, 120), 0),
    Model("transformers, 134 M", "transformers", _folder("llama-134m"), Sizes(8, 60), 3),
    Model("llama_cpp, tiny", "llama_cpp", _file(gguf.TINY), Sizes(600, 150), 0),
    Model("llama_cpp, 114 M", "llama_cpp", _file(LARGE_GGUF), Sizes(8, 50), 3),
)


def run() -> list[Figure]:
    """Some six minutes, where nothing else runs."""
    require()
    return figures(MODELS)


def figures(models: tuple[Model, ...]) -> list[Figure]:
    """One model after the other."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            figure
            for number, model in enumerate(models)
            for figure in _of(model, model.make(Path(folder) / str(number)))
        ]


def _of(model: Model, path: Path) -> list[Figure]:
    alone, worker = Alone(model.library, path), Worker(model.library, path)
    try:
        measured = worker_cost.figures(model.name, alone, worker, model.sizes)
        if model.endings:
            measured += endings.cancels(model.name, worker, model.endings)
    finally:
        alone.close()
        worker.close()
    if model.endings:
        kills = 1 + model.endings // 2
        measured += endings.kills(model.name, lambda: Worker(model.library, path), kills)
    return measured
