"""The votes that the paper's authors published, one by one, with made-up circumstances."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import ranker
from desktop.pages.charts_desk import draw_one, tables_state
from ranker.charts import Material
from ranker.circumstances import circumstances_of
from ranker.contexts import in_context
from ranker.provenance import sources_of
from ranker.report import Report
from ui.charts_state import ChartsState

_FILE = Path(__file__).parents[1] / "ranker" / "talkarena.toml"
_TURNED = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}
PROGRAM = "Earshot 0.1.0"
_FIVE = ("DiVA", "GPT4o", "Gemini", "Qwen2", "Typhoon")
_SIDES = ("model_a", "model_b")


def published_votes() -> list[dict[str, Any]]:
    """5,000 votes on ten pairs; every other one with the slots turned, on one of 23 days, some with
    reasons. Who voted is not published."""
    votes: list[dict[str, Any]] = []
    for pair in tomllib.loads(_FILE.read_text("utf-8"))["votes"]:
        sides = pair["first"], pair["second"]
        for winner, times in (("model_a", "won"), ("model_b", "lost"), ("tie", "tied")):
            votes += (_vote(len(votes) + k, *sides, winner) for k in range(pair[times]))
    return votes


def _vote(number: int, first: str, second: str, winner: str) -> dict[str, Any]:
    if number % 2:
        first, second, winner = second, first, _TURNED[winner]
    return {
        "model_a": first,
        "model_b": second,
        "winner": winner,
        "station": f"s{number % 3}",
        "day": f"2025-01-{1 + int((number * number % 517) ** 0.5):02}",
        "reasons_a": ("accuracy", "level_of_detail")[: number % 3],
        "reasons_b": ("heard_wrong",) * (number % 4 == 0),
    }


def material_of(votes: list[dict[str, Any]], **options: Any) -> Material:
    """Everything that charts of plain votes need; `options` as for `ranker.rank`."""
    board = ranker.rank(votes, **options)
    battles, _ = in_context(votes, include_simulated=False, problems=[])
    around = circumstances_of(
        battles, by_person=board.resampled == "participant", bootstraps=board.bootstraps
    )
    return Material(board, around, sources_of(votes), PROGRAM)


def drawn_charts(n_systems: int) -> ChartsState:
    """Of the published votes as the page shows them, for the gallery; with more systems than there
    are, each stands for several."""
    votes = published_votes()
    if n_systems > len(_FIVE):
        votes = [
            vote | {side: f"{vote[side]} {k % (n_systems // len(_FIVE) + 1)}" for side in _SIDES}
            for k, vote in enumerate(votes)
        ]
    else:
        votes = [
            vote for vote in votes if {vote[side] for side in _SIDES} <= set(_FIVE[:n_systems])
        ]
    report = Report(material_of(votes, bootstraps=2000))
    state = tables_state(report)
    for chart in state.charts:
        state = draw_one(report, state, chart.name)
    return state
