"""The benches of the engines run through at their smallest, and print sane figures."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.performance import (
    bench_engines,
    bench_starts,
    bench_together,
    gpu,
    libraries,
    worker_cost,
)
from tests.performance.__main__ import Measured, main, page
from tests.performance.bench_engines import Model
from tests.performance.figure import Figure, NotMeasured
from tests.performance.table import met
from tests.performance.worker_cost import Pair, Sizes


def test_without_the_model_libraries_a_bench_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(libraries.importlib.util, "find_spec", lambda _name: None)
    for bench in (bench_engines, bench_together, bench_starts):
        with pytest.raises(NotMeasured, match=r"not installed here \(torch.*make setup-local"):
            bench.run()
    told = tmp_path / "figures.json"
    assert main(["engines", "--json", str(told)]) == 0
    assert json.loads(told.read_text())["skipped"].startswith("the model libraries are not")


def test_the_page_says_which_bench_was_not_measured_and_why() -> None:
    text = page([Measured("engines", "What it is.", [], "", 1.0, "load 1", "no torch.")])
    assert "- Not measured: the bench `engines`." in text
    assert "## Engines\n\nWhat it is.\n\nNot measured: no torch.\n" in text
    assert "Failed" not in text


def test_the_page_says_whether_a_gpu_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.performance.__main__.GPU_PAGE", tmp_path / "performance-gpu.md")
    assert "**Not measured yet**" in page([])
    (tmp_path / "performance-gpu.md").touch()
    assert "**Not measured yet**" not in page([])
    assert "(performance-gpu.md)" in page([])


def test_a_worker_that_is_slower_is_seen_to_be() -> None:
    dice = random.Random(1)

    def pair() -> Pair:
        first_s, rest_s = dice.gauss(0.2, 0.02), dice.gauss(0.3, 0.03)
        return Pair(first_s, rest_s, first_s + 0.03, 1.05 * rest_s)

    pairs = [pair() for _ in range(50)]
    assert worker_cost.added(pairs) == pytest.approx(30.0)
    assert worker_cost.whole(pairs) == pytest.approx((0.2 + 0.03 + 9.8 * 1.05) / 10, abs=1e-3)


@pytest.mark.local
@pytest.mark.parametrize("library", ["transformers", "llama_cpp"])
def test_a_worker_is_compared_with_its_library(library: str) -> None:
    by_library = {model.library: model for model in reversed(bench_engines.MODELS)}
    tiny = by_library[library]
    model = Model(tiny.name, library, tiny.make, Sizes(20, 3), endings=1)
    rows = {figure.name: figure for figure in bench_engines.figures((model,))}
    whole = rows[f"{tiny.name}: worker over library, answer of 10 s"]
    assert whole.value > 0
    assert "3 answers of 20 tokens" in whole.note
    assert "each between two of its own; 1 thread each" in whole.note
    assert met(whole) is not None
    freed = rows[f"{tiny.name}: killed, memory free"]
    assert 0 < freed.value < 5
    assert "MB of its own" in freed.note
    assert all(met(figure) is not None for figure in rows.values())
    assert len(rows) == 6


@pytest.mark.local
def test_two_systems_are_asked_together_and_in_turn() -> None:
    plan = bench_together.Plan("qwen2-audio-tiny", "llama-tiny", tokens=8, rounds=1)
    rows = {figure.name: figure for figure in bench_together.figures(plan)}
    assert rows["both together over one after the other"].value > 0
    _are_positive(rows.values())
    assert len(rows) == 9


@pytest.mark.local
def test_a_cold_engine_takes_longer_than_a_warm_one() -> None:
    engines = tuple(e for e in bench_starts.ENGINES if e.engine in ("llama_cpp", "pocketsphinx"))
    rows = {figure.name: figure for figure in bench_starts.figures(engines, 1)}
    cold = rows["llama_cpp, cold: first piece of text"].value
    warm = rows["llama_cpp, prewarmed: first piece of text"].value / 1000
    assert warm < cold
    assert "pocketsphinx, prewarmed: transcript" in rows
    _are_positive(rows.values())


@pytest.mark.local
def test_the_gpu_script_runs_through_on_a_cpu(tmp_path: Path) -> None:
    out = tmp_path / "gpu.md"
    assert gpu.main(["--tiny", "--rounds", "1", "--out", str(out), "--folder", str(tmp_path)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "this page shows that the script runs, and nothing else" in text
    assert "| qwen2-audio-tiny | llama-tiny answering |" in text
    assert "Both together over one after the other: " in text
    assert [path for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []


def test_the_gpu_script_says_where_there_is_no_gpu(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gpu, "require", lambda _modules: None)
    monkeypatch.setattr(gpu.shutil, "which", lambda _program: None)
    assert gpu.main(["--out", str(tmp_path / "gpu.md")]) == 1
    assert "Not measured: there is no nvidia-smi here" in capsys.readouterr().err
    assert not (tmp_path / "gpu.md").exists()


@pytest.mark.local
@pytest.mark.parametrize(
    ("name", "parameters"), [("llama-3-8b", 8_030_261_248), ("qwen2-audio-7b", 8_397_094_912)]
)
def test_true_sizes_have_the_parameters_that_are_published(
    name: str, parameters: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from tests.performance import random_models

    counted: list[int] = []

    def count(model_class: type, config: object, *_: object) -> int:
        with torch.device("meta"):
            model = model_class(config)
        counted.append(sum(weight.numel() for weight in model.parameters()))
        return counted[0]

    monkeypatch.setattr(random_models, "_make", count)
    random_models.MODELS[name](tmp_path, "meta", "float32")
    assert counted == [parameters]


def _are_positive(figures: object) -> None:
    for figure in figures:
        assert isinstance(figure, Figure)
        assert figure.value > 0, figure.name
