"""From votes to a board: read, count, fit, resample, say what it means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from ranker.board import Board
from ranker.bootstrap import bootstrap
from ranker.cells import cells_of
from ranker.count import Tally, tally
from ranker.findings import Findings
from ranker.jumps import jumps
from ranker.point import point_of
from ranker.read import read_export
from ranker.sampling import Unit
from ranker.table import table_of
from ranker.verdict import FEW_PEOPLE, counting_notices, prior_notice, verdict, width_notice
from ranker.votes import Battle, Refused, Vote, from_vote

Source = str | os.PathLike[str] | Vote | Mapping[str, Any]
Resample = Literal["auto", "participant", "vote", "pair"]


def rank(
    sources: Source | Iterable[Source],
    *,
    bootstraps: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
    include_simulated: bool = False,
    resample: Resample = "auto",
    prior: float = 0.0,
    call: Callable[[str], str] = str,
) -> Board:
    """A leaderboard from exported folders, plain votes, or both.

    `sources`: folders with a `battles.jsonl`, and `Vote` records or mappings with the columns
    `model_a`, `model_b`, `winner` (see `ranker.votes`); of a data frame `.to_dict("records")`.
    What comes twice counts once; what cannot be counted is named in `Board.exclusions`. The board
    depends on the votes and the seed, not on their order or on how they are split into folders.

    `confidence` in (0, 1) is that of every interval; `bootstraps` must be enough for both its tails
    to hold a draw. `resample`: `participant` gives the honest interval, `vote` the paper's; `auto`
    takes participants as soon as ten are known. `prior` games won and as many lost against an
    opponent that is not there make every score finite (`ranker.prior`). `call` says what the
    board's sentences call the system that its rows name so.

    Raises ranker.read.NoSuchExport for a folder that is no export, ValueError for a number out of
    range, and ValueError when participants are to be resampled and fewer than two are known.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}")
    if bootstraps * (1 - confidence) / 2 < 1:
        raise ValueError(f"{bootstraps} bootstraps are too few for a confidence of {confidence}")
    if prior < 0 or prior == float("inf"):
        raise ValueError(f"prior must be 0 or more, not {prior}")
    problems: list[str] = []
    counted = tally(_found(listed(sources), problems), include_simulated)
    return board_of(
        counted,
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        resample=resample,
        prior=prior,
        call=call,
        problems=tuple(sorted(set(problems))),
    )


def listed(sources: Source | Iterable[Source]) -> Iterable[Source]:
    """One source or many, as many."""
    one = isinstance(sources, str | os.PathLike | Vote | Mapping)
    return [sources] if one else sources  # type: ignore[list-item,return-value]


def _found(sources: Iterable[Source], problems: list[str]) -> Iterator[Battle | Refused]:
    for source in sources:
        if isinstance(source, Vote | Mapping):
            yield from_vote(source)
        else:
            yield from read_export(Path(source), problems)


def board_of(
    counted: Tally,
    *,
    bootstraps: int,
    confidence: float,
    seed: int,
    resample: Resample = "auto",
    prior: float = 0.0,
    call: Callable[[str], str] = str,
    problems: tuple[str, ...] = (),
) -> Board:
    """The board of a tally; arguments as for `rank`."""
    cells = cells_of(counted.cells)
    people = cells.people
    if resample == "participant" and len(people) < 2:
        raise ValueError("participants can be resampled only where at least two are known")
    unit: Unit = (
        resample if resample != "auto" else ("participant" if len(people) >= FEW_PEOPLE else "vote")
    )
    by_person = unit == "participant"
    board = Board(
        verdict=verdict((), (), (), len(people)),
        doubts=(*problems, *jumps(counted.rules)),
        notices=(),
        exclusions=counted.exclusions,
        n_seen=counted.n_seen,
        n_votes=counted.cells.total(),
        n_simulated=counted.n_simulated,
        n_participants=len(people),
        n_stations=len(counted.stations),
        confidence=confidence,
        bootstraps=bootstraps,
        seed=seed,
        prior=prior,
        resampled=unit,
    )
    if not counted.cells:
        return board
    table = table_of(cells, prior)
    point = point_of(table, by_person)
    draws = bootstrap(table, point, bootstraps, seed, unit)
    tail = (1 - confidence) / 2
    found = Findings(table, point, draws, tail=tail, by_person=by_person, call=call)
    ratio, fragile = found.width_ratio(len(people)), found.fragile(len(people))
    notices = (
        *(prior_notice(prior),) * (prior > 0),
        *found.notices(),
        *filter(None, (width_notice(ratio, *found.widths), found.about(fragile))),
        *counting_notices(counted, board.resampled),
    )
    return replace(
        board,
        verdict=found.verdict(len(people)),
        rows=found.rows(),
        pairs=found.pairs(),
        slot=found.slot(),
        leader=found.leader,
        distributions=found.distributions(),
        fragile=fragile,
        width_ratio=ratio,
        groups=found.groups(),
        origin=found.named(point.origin),
        notices=notices,
        unbounded=int((~draws.bounded).sum()),
    )
