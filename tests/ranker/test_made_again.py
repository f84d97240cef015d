"""A report names all that decides it, so that whoever has the same can make it again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranker.beside import Wishes
from ranker.charts import as_csv, tables_of
from ranker.report import page
from ranker.report.findings import Report, report_of
from ranker.scale import POINTS_400
from tests.helpers.ranker_exports import battle, write_export

LABELS = "participant,group\n" + "".join(f"p{k},{'ab'[k % 2]}\n" for k in range(20))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    lines = [
        battle(
            k,
            a=("ada", "bo", "cy")[k % 3],
            b=("bo", "cy", "ada")[k % 3],
            choice=("a", "b", "tie")[k * k % 7 % 3],
            simulated=k % 10 == 0,
            draw={"probability": 0.5},
        )
        for k in range(120)
    ]
    return write_export(tmp_path / "north", lines)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    (tmp_path / "groups.csv").write_text(LABELS)
    return tmp_path / "groups.csv"


def reported(export: Path, **more: Any) -> Report:
    return report_of([export], "Earshot 9", **{"bootstraps": 60, "whole": False} | more)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"bootstraps": 61},
        {"confidence": 0.9},
        {"resample": "pair"},
        {"prior": 1.0},
        {"include_simulated": True},
        {"scale": POINTS_400},
        {"call": str.upper},
        {"wishes": Wishes(by="station")},
        {"wishes": Wishes(ties="davidson")},
        {"wishes": Wishes(adjust=True)},
        {"wishes": Wishes(weigh=True)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_a_report_is_among_its_facts(export: Path, change: dict[str, Any]) -> None:
    plain, other = reported(export), reported(export, **change)
    assert plain.material.facts != other.material.facts
    assert reported(export, **change).material.facts == other.material.facts


def test_other_labels_are_other_facts_wherever_their_file_lies(export: Path, labels: Path) -> None:
    wishes = Wishes(by="group", labels=labels)
    first = reported(export, wishes=wishes).material.facts
    elsewhere = labels.rename(labels.with_name("elsewhere.csv"))
    moved = reported(export, wishes=Wishes(by="group", labels=elsewhere)).material.facts
    assert moved == first
    elsewhere.write_text(LABELS.replace("p3,b", "p3,a"))
    other = reported(export, wishes=Wishes(by="group", labels=elsewhere)).material.facts
    assert other != first


def test_facts_are_strict_json_and_name_the_versions(export: Path) -> None:
    facts = reported(export).material.facts
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert (facts["program"], facts["numpy"]) == ("Earshot 9", np.__version__)


def test_the_report_lists_settings_and_digests(
    export: Path, labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    wishes = Wishes(by="group", labels=labels, ties="davidson", adjust=True, weigh=True)
    found = reported(
        export, whole=True, wishes=wishes, scale=POINTS_400, prior=2.0, call=lambda n: f"The {n}"
    )
    text = page(found)
    (source,) = found.material.sources
    origin = text[text.index('id="origin"') :]
    for value in (source.sha256, source.manifest, found.material.facts["labels"], np.__version__):
        assert value in origin
    for name, value in (
        ("Prior", "2"), ("Scale", "400"), ("Simulated votes", "left out"), ("By", "group"),
        ("Ties", "davidson"), ("Adjusted", "yes"), ("Weighed", "yes"),
    ):  # fmt: skip
        assert f'>{name}</th>\n<td class="words">{value}</td>' in origin
    assert '>ada</th>\n<td class="words">The ada</td>' in origin


def test_a_prior_stands_in_the_small_print(export: Path) -> None:
    assert "prior" not in reported(export).material.stamp
    assert " · prior 0.5 · Earshot 9" in reported(export, prior=0.5).material.stamp


def test_points_are_called_points_wherever_they_stand(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    logs, points = reported(export), reported(export, scale=POINTS_400)
    text = page(points)
    assert "They are shown as points: 400 are odds of ten to one. The mean is 1000" in text
    assert ">Score (400)</th>" in text
    assert "natural" not in text
    assert "They are shown as natural log odds. The mean is zero" in page(logs)
    for found, ending in ((logs, ""), (points, "_400")):
        for table in tables_of(found.material):
            header, first = as_csv(table).splitlines()[:2]
            if table.name == "leaderboard":
                assert header.startswith(f"place,system,score{ending},low{ending},high{ending},sh")
            if table.name == "distributions":
                assert header == f"system,from{ending},to{ending},resamples"
                assert (float(first.split(",")[1]) > 100) == bool(ending)
