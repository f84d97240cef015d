"""Charts: the numbers of the board, drawn the same every time, safe to embed, never too wide."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ranker.charts import Chart, Material, NoCharts, charts_of, marks, render
from ranker.charts.drawing import Dot, Shape, Words, shortened
from ranker.charts.labels import labels_of
from ranker.charts.lettering import width_of
from ranker.charts.look import by_variable, darkened
from tests.helpers.published import material_of, published_votes

pytestmark = pytest.mark.local

NAMES = ["leaderboard", "pairs", "distributions", "slots", "days", "coverage", "reasons"]


@pytest.fixture(scope="module")
def published() -> Material:
    return material_of(published_votes(), bootstraps=1000)


@pytest.fixture(scope="module")
def charts(published: Material) -> dict[str, Chart]:
    return {chart.name: chart for chart in charts_of(published)}


def rows_of(chart: Chart) -> list[dict[str, str]]:
    comment, *lines = chart.csv().splitlines(keepends=True)
    assert comment.startswith("# {")
    return list(csv.DictReader(io.StringIO("".join(lines))))


def spans(chart: Chart) -> list[tuple[float, float, float]]:
    """Middle, left and right edge of every text."""
    found = []
    for part in chart.drawing.parts:
        if isinstance(part, Words):
            width = width_of(part.text, part.size, part.weight, tabular=part.tabular)
            left = part.x - width * {"left": 0, "center": 0.5, "right": 1}[part.anchor]
            found.append((round(part.baseline - 0.3635 * part.size), left, left + width))
    return found


def edges(chart: Chart) -> list[tuple[float, float]]:
    """Corners of everything that is drawn."""
    found: list[tuple[float, float]] = []
    for part in chart.drawing.parts:
        if isinstance(part, Words):
            width = width_of(part.text, part.size, part.weight, tabular=part.tabular)
            left = part.x - width * {"left": 0, "center": 0.5, "right": 1}[part.anchor]
            found += [(left, part.baseline - part.size), (left + width, part.baseline)]
        elif isinstance(part, Shape):
            found += part.points
        else:
            assert isinstance(part, Dot)
            found += [(part.x - part.radius, part.y), (part.x + part.radius, part.y)]
    return found


def test_every_chart_is_there_and_only_where_there_is_something_to_show(
    published: Material, charts: dict[str, Chart]
) -> None:
    assert list(charts) == NAMES
    bare = [{k: v[k] for k in ("model_a", "model_b", "winner")} for v in published_votes()[:900]]
    assert [c.name for c in charts_of(material_of(bare, bootstraps=60))] == [
        name for name in NAMES if name not in ("days", "reasons")
    ]
    assert charts_of(replace(published, board=material_of([]).board)) == ()


def test_the_published_figure_comes_back(charts: dict[str, Chart], published: Material) -> None:
    """Shares of the points as on the authors' site; stars where the paper's Figure 3 has them."""
    pairs = {(r["system"], r["against"]): r for r in rows_of(charts["pairs"])}
    assert float(pairs["DiVA", "GPT4o"]["points"]) == pytest.approx(0.576, abs=0.0005)
    assert float(pairs["GPT4o", "Typhoon"]["points"]) == pytest.approx(0.928, abs=0.0005)
    assert "Gemini is ahead of GPT4o head to head" in pairs["GPT4o", "Gemini"]["note"]
    starred = {(p.first, p.second): marks(p) for p in published.board.pairs}
    assert starred.pop(("GPT4o", "Gemini")) == ""
    assert set(starred.values()) == {"*†"}
    drawn = {part.text for part in charts["pairs"].drawing.parts if isinstance(part, Words)}
    assert {"58*†", "93*†", "47", "53"} <= drawn


def test_rows_are_the_numbers_of_the_board(charts: dict[str, Chart], published: Material) -> None:
    leader = rows_of(charts["leaderboard"])[0]
    first = published.board.rows[0]
    assert (leader["system"], float(leader["score"])) == (first.system, first.beta)
    hills = rows_of(charts["distributions"])
    assert sum(int(r["resamples"]) for r in hills if r["system"] == "DiVA") == 1000
    assert sum(int(r["votes"]) for r in rows_of(charts["coverage"])) == 5000
    assert sum(int(r["votes"]) for r in rows_of(charts["days"])) == 5000
    assert float(rows_of(charts["slots"])[0]["left_got"]) == published.board.slot.points
    said = {(r["system"], r["reason"]): int(r["answers"]) for r in rows_of(charts["reasons"])}
    expected = sum(
        ("accuracy" in vote["reasons_a"]) * (vote["model_a"] == "DiVA")
        for vote in published_votes()
    )
    assert said["DiVA", "accuracy"] == expected


def test_bytes_are_the_same_whatever_was_drawn_before(
    charts: dict[str, Chart], published: Material
) -> None:
    for again in reversed(charts_of(published)):
        assert charts[again.name].svg() == again.svg()
        assert charts[again.name].png() == again.png()


def test_bytes_are_the_same_in_another_process(charts: dict[str, Chart], tmp_path: Path) -> None:
    """With another hash seed and somebody's own matplotlib settings."""
    (tmp_path / "matplotlibrc").write_text("path.sketch: 2, 100, 2\nsvg.fonttype: none\n")
    script = (
        "import sys; sys.stdout.reconfigure(newline='\\n')\n"
        "from tests.helpers.published import *; from ranker.charts import charts_of\n"
        "print(charts_of(material_of(published_votes(), bootstraps=1000))[1].svg(), end='')"
    )
    environment = os.environ | {"MATPLOTLIBRC": str(tmp_path), "PYTHONHASHSEED": "7"}
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=root, env=environment, check=True
    )
    assert done.stdout.decode() == charts["pairs"].svg()


def test_a_file_says_how_to_make_it_again(charts: dict[str, Chart], published: Material) -> None:
    svg = ElementTree.fromstring(charts["pairs"].svg())
    told = next(e.text for e in svg.iter() if e.tag.endswith("}description"))
    facts = json.loads(told or "")
    (source,) = published.sources
    assert facts["sources"][0]["sha256"] == source.sha256
    assert (facts["seed"], facts["bootstraps"], facts["votes"]) == (0, 1000, 5000)
    assert facts["program"] == "Earshot 0.1.0"
    words = " ".join(p.text for p in charts["pairs"].drawing.parts if isinstance(p, Words))
    assert source.sha256[:12] in words
    assert json.loads(charts["pairs"].csv().splitlines()[0][2:]).items() <= facts.items()
    assert source.sha256.encode() in charts["pairs"].png()
    assert "<dc:date>" not in charts["pairs"].svg()


def test_dark_is_the_same_drawing_in_other_colours(charts: dict[str, Chart]) -> None:
    light = charts["slots"].svg()
    dark = darkened(light)
    assert "#1c1b19" in light
    assert "#1c1b19" not in dark
    assert re.sub("#[0-9a-f]{6}", "", dark) == re.sub("#[0-9a-f]{6}", "", light)


def test_inside_a_page_a_drawing_is_alone_with_itself(charts: dict[str, Chart]) -> None:
    inside = by_variable(render.inside_a_page(charts["pairs"].svg(), "pairs"))
    ids = set(re.findall(r'\sid="([^"]*)"', inside))
    used = set(re.findall(r'href="#([^"]*)"', inside))
    assert used <= ids
    assert all(name.startswith("pairs-") for name in ids)
    assert not re.search("https?:|<style|#[0-9a-f]{6}", inside)


def test_names_are_letters_and_nothing_else() -> None:
    """Marks of XML and of mathematics; scripts without a font become boxes and raise no alarm."""
    names = [
        "<script>alert(1)</script>",
        "a -- b --> c",
        "$x_1$ \\frac",
        "=1+1",
        "漢字 हिन्दी \U000e0041",
    ]
    votes = [
        {"model_a": a, "model_b": b, "winner": w}
        for a in names
        for b in names
        if a != b
        for w in ("model_a", "model_b")
    ]
    for chart in charts_of(material_of(votes, bootstraps=60)):
        svg = chart.svg()
        ElementTree.fromstring(svg)
        assert "<script" not in svg
        assert "<!--" not in svg
    assert "'=1+1" in charts_of(material_of(votes, bootstraps=60))[0].csv()


@pytest.mark.parametrize("n", [2, 12, 40])
def test_nothing_is_drawn_outside_however_many_systems_and_however_long_their_names(n: int) -> None:
    names = [f"system {k:02} with a name that goes on" + " and on" * 12 for k in range(n)]
    votes = [
        {"model_a": a, "model_b": b, "winner": w, "day": f"{2020 + k % 5}-03-0{1 + k % 9}"}
        for k, a in enumerate(names)
        for b in names[k + 1 : k + 4]
        for w in ("model_a", "model_b", "both_bad")
    ]
    for chart in charts_of(material_of(votes, bootstraps=60)):
        width, height = chart.drawing.width, chart.drawing.height
        assert all(0 <= x <= width and 0 <= y <= height for x, y in edges(chart)), chart.name
        for left, right in pairwise(sorted(spans(chart))):
            assert left[0] != right[0] or left[2] <= right[1] + 1, (chart.name, left, right)


def test_scores_that_do_not_exist_are_drawn_as_open() -> None:
    votes = [{"model_a": "up", "model_b": "low", "winner": "model_a"}] * 20
    votes += [{"model_a": "low", "model_b": "mid", "winner": w} for w in ("model_a", "model_b")] * 9
    for chart in charts_of(material_of(votes, bootstraps=60)):
        assert all(x == x and y == y for x, y in edges(chart)), chart.name
        chart.svg()
    rows = rows_of(charts_of(material_of(votes, bootstraps=60))[0])
    assert {row["score"] for row in rows if row["system"] == "up"} == {"inf"}


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shortened("short", 100) == "short"
    assert shortened("a long name of a system", 60).endswith("…")
    assert width_of(shortened("a long name of a system", 60), 13) <= 60


def fight(names: list[str], n: int = 1) -> list[dict[str, str]]:
    """Everybody wins and loses against everybody."""
    return [
        {"model_a": a, "model_b": b, "winner": w}
        for k, a in enumerate(names)
        for b in names[k + 1 :]
        for w in ("model_a", "model_b") * n
    ]


LONG = "vendor/Qwen2-Audio-7B-Instruct-with-a-very-long-name"


@pytest.mark.parametrize(
    "names",
    [
        [f"{LONG}@2026-01-0{k}#{k}f3a2b" for k in range(9)],
        [f"{k}-{LONG}-{LONG}" for k in range(9)],
        [f"{LONG}-{'x' * k}{k}{'x' * (9 - k)}-{LONG}" for k in range(9)],
        [f"{LONG}-{k}-{LONG}" for k in range(9)],
        [LONG + "@2", LONG + "@1", LONG],
    ],
    ids=["at the end", "at the beginning", "in the middle", "in one letter", "one has no more"],
)
def test_long_names_can_be_told_apart_wherever_they_differ(names: list[str]) -> None:
    for width, size in ((200, 13), (216, 15)):
        labels = labels_of(names, width, size)
        assert len(set(labels)) == len(names)
        assert all(width_of(label, size) <= width for label in labels)
    for chart in charts_of(material_of(fight(names), bootstraps=60)):
        drawn = [part.text for part in chart.drawing.parts if isinstance(part, Words)]
        labels = {text for text in drawn if "…" in text and len(text) < 40}
        assert len(labels) == len(names), chart.name


def test_names_that_fit_stay_as_they_are() -> None:
    assert labels_of(["ada", "bo", "ada"], 100, 13) == ["ada", "bo", "ada"]
    assert labels_of([], 100, 13) == []
    cut, whole = labels_of([LONG, "bo"], 200, 13)
    assert (cut.startswith("vendor/"), cut.endswith("-name"), "…" in cut) == (True, True, True)
    assert whole == "bo"


def test_a_hill_says_what_it_does_not_show() -> None:
    """A newcomer who lost to one person only; two who met nobody else; one who never lost."""
    votes = [vote | {"participant": f"p{k % 40}"} for k, vote in enumerate(fight(["a", "b"], 30))]
    votes += [
        {"model_a": "new", "model_b": "a", "winner": w, "participant": f"q{k}"}
        for k, w in enumerate(["model_b", *["model_a"] * 12])
    ]
    votes += fight(["x", "y"], 3)
    votes += [{"model_a": "top", "model_b": "b", "winner": "model_a", "participant": "p3"}]
    material = material_of(votes, bootstraps=200)
    chart = charts_of(material)[2]
    words = [part.text for part in chart.drawing.parts if isinstance(part, Words)]
    said = dict(pairwise(words))
    assert said["top"] == "no finite score"
    assert said["x"] == said["y"] == "cannot be compared"
    (hill,) = [hill for hill in material.board.distributions if hill.system == "new"]
    assert said["new"] == f"{(200 - sum(hill.counts)) / 2:.0f} % without a finite score"
    assert 10 < sum(hill.counts) < 190
    assert "3 systems have no finite score." in chart.alt
    rows = rows_of(chart)
    for system in ("new", "top", "x", "y", "a", "b"):
        assert sum(int(row["resamples"]) for row in rows if row["system"] == system) == 200
    assert [row["from"] for row in rows if row["system"] == "top"] == ["nan"]


def test_codes_that_nobody_here_knows_are_a_group_of_their_own() -> None:
    given = {"reasons_a": ("accuracy", "rhymes"), "reasons_b": ("form",)}
    votes = [vote | given for vote in fight(["a", "b"])]
    chart = charts_of(material_of(votes, bootstraps=60))[-1]
    kinds = {row["reason"]: row["kind"] for row in rows_of(chart)}
    assert (kinds["accuracy"], kinds["form"], kinds["rhymes"]) == ("for", "failed", "other")
    words = [part.text for part in chart.drawing.parts if isinstance(part, Words)]
    order = ["What speaks for it", "Accuracy", "Where it failed", "Form", "Other", "rhymes"]
    assert [word for word in words if word in order] == order
    plain = charts_of(material_of([vote | {"reasons_a": ("form",)} for vote in votes]))[-1]
    assert "Other" not in {part.text for part in plain.drawing.parts if isinstance(part, Words)}


def test_without_matplotlib_a_sentence_says_how_to_get_it(
    published: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(NoCharts, match="matplotlib is not installed"):
        charts_of(published)


def test_the_leaderboard_shows_where_scores_begin(charts: dict[str, Chart]) -> None:
    parts = charts["leaderboard"].drawing.parts
    lines = [part.points for part in parts if isinstance(part, Shape) and len(part.points) == 2]
    (tick,) = {begin[0] for begin, end in lines if begin[0] == end[0]}
    dots = [part.x for part in parts if isinstance(part, Dot)]
    assert [dot > tick for dot in dots] == [True, True, True, False, False]
    said = " ".join(part.text for part in parts if isinstance(part, Words))
    assert "The tick is where scores begin, 0.00." in said
