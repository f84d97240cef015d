"""Everything that one report says, found in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ranker.beside import NO_WISHES, NOTHING, Beside, Wishes, beside
from ranker.charts.material import Material
from ranker.circumstances import Circumstances, circumstances_of
from ranker.contexts import in_context, lacking_in
from ranker.provenance import sources_of
from ranker.ranking import Resample, rank
from ranker.scale import NATURAL, Scale
from ranker.sources import Source, listed


@dataclass(frozen=True, slots=True)
class Report:
    material: Material
    beside: Beside = NOTHING

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON, with all that it takes to find them again."""
        board = self.material.board.to_json()
        return {**board, **self.beside.to_json(), "facts": self.material.facts}


def report_of(
    sources: Source | Iterable[Source],
    program: str,
    *,
    wishes: Wishes = NO_WISHES,
    whole: bool = True,
    scale: Scale = NATURAL,
    bootstraps: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
    include_simulated: bool = False,
    resample: Resample = "auto",
    prior: float = 0.0,
    call: Callable[[str], str] = str,
) -> Report:
    """Rank, and find what charts and `wishes` need; without `whole` nothing for charts.

    `program`: name and version of who asks; the others as for `ranker.rank`, and raises as it does
    and as `ranker.beside.beside`. A `prior` holds for the board and its slices, not for the other
    wishes.
    """
    every = list(listed(sources))
    board = rank(
        every,
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        include_simulated=include_simulated,
        resample=resample,
        prior=prior,
        call=call,
        scale=scale,
    )
    around, extra = Circumstances(), NOTHING
    asked = {"simulated": include_simulated, **wishes.to_json()}
    if whole or wishes != NO_WISHES:
        battles, counted = in_context(every, include_simulated=include_simulated, problems=[])
        lacking = lacking_in(every)
        extra = beside(wishes, board, battles, counted, lacking, scale)
        if whole:
            extra = replace(extra, notices=(lacking,) if lacking else ())  # charts miss it too
            around = circumstances_of(
                battles,
                by_person=board.resampled == "participant",
                bootstraps=bootstraps,
                confidence=confidence,
                seed=seed,
            )
    material = Material(board, around, sources_of(every), program, call, scale, asked)
    return Report(material, extra)
