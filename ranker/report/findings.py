"""Everything that one report says, found in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ranker.beside import NO_WISHES, NOTHING, Beside, Wishes, beside
from ranker.charts.material import Material
from ranker.circumstances import Circumstances, circumstances_of
from ranker.contexts import in_context
from ranker.provenance import sources_of
from ranker.ranking import Resample, rank
from ranker.read import NoSuchExport
from ranker.scale import NATURAL, Scale
from ranker.sources import Source, listed


@dataclass(frozen=True, slots=True)
class Report:
    material: Material
    beside: Beside = NOTHING


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
    call: Callable[[str], str] = str,
) -> Report:
    """Rank, and find what charts and `wishes` need; without `whole` nothing for charts.

    `program`: name and version of who asks; the others as for `ranker.rank`, and raises as it does
    and as `ranker.beside.beside`.
    """
    every = list(listed(sources))
    board = rank(
        every,
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        include_simulated=include_simulated,
        resample=resample,
        call=call,
        scale=scale,
    )
    around, extra = Circumstances(), NOTHING
    if whole or wishes != NO_WISHES:
        try:
            battles, counted = in_context(every, include_simulated=include_simulated, problems=[])
        except NoSuchExport:
            if wishes != NO_WISHES:
                raise
            # Counted without its battles, as a parts store is: nobody knows what surrounds them.
            return Report(Material(board, around, sources_of(every), program, call, scale), extra)
        extra = beside(
            every,
            wishes,
            board,
            battles,
            counted,
            include_simulated=include_simulated,
            scale=scale,
        )
        if whole:
            around = circumstances_of(
                battles,
                by_person=board.resampled == "participant",
                bootstraps=bootstraps,
                confidence=confidence,
                seed=seed,
            )
    return Report(Material(board, around, sources_of(every), program, call, scale), extra)
