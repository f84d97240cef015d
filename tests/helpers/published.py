"""The votes that the paper's authors published, one by one, with made-up circumstances."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import ranker
from ranker.charts import Material
from ranker.circumstances import circumstances_of
from ranker.contexts import in_context
from ranker.sources import sources_of

_FILE = Path(__file__).parents[1] / "ranker" / "talkarena.toml"
_TURNED = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}
PROGRAM = "Earshot 0.1.0"


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
