"""Scores of a model of ties, by name, beside those that count a tie as half a win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

from ranker.board import plain
from ranker.cells import cells_of
from ranker.count import Tally
from ranker.naming import names_of
from ranker.one_thread import on_one_thread
from ranker.point import point_of
from ranker.table import table_of
from ranker.tie_models import NoTieModel, TieRule, fit_ties


@dataclass(frozen=True, slots=True)
class TieScores:
    rule: TieRule
    scores: Mapping[str, tuple[float, float, float]]
    """Score, low, high; natural log, mean 0."""
    tie: float
    """How readily people call it a tie, natural log; see `ranker.tie_models`."""
    tie_se: float
    log_likelihood: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON."""
        values: dict[str, Any] = plain(asdict(self))
        return values


@on_one_thread
def tie_scores(
    counted: Tally, rule: TieRule, *, by_person: bool, confidence: float = 0.95
) -> TieScores:
    """Fit `rule` to the votes. Raises NoTieModel where it has no maximum."""
    if not counted.cells:
        raise NoTieModel("There are no votes, so no model of ties is fitted.")
    table = table_of(cells_of(counted.cells))
    found = fit_ties(table, point_of(table, by_person), rule, by_person)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    triples = zip(names_of(table.systems), found.beta.tolist(), found.se.tolist(), strict=True)
    scores = {name: (beta, beta - z * se, beta + z * se) for name, beta, se in triples}
    return TieScores(rule, scores, found.tie, found.tie_se, found.log_likelihood)
