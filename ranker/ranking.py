"""From votes to a board: read, count, fit, resample, say what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from ranker.board import Board
from ranker.bootstrap import bootstrap
from ranker.counts import Counted
from ranker.findings import Findings
from ranker.jumps import jumps_in
from ranker.limits import limits_of
from ranker.point import point_of
from ranker.sampling import Unit
from ranker.sources import Source, counted
from ranker.table import table_of
from ranker.verdict import FEW_PEOPLE, counting_notices, prior_notice, verdict, width_notice

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
    """A leaderboard from exported folders, parts stores, tables, plain votes, or any of these.

    `sources` as for `ranker.counted`. What comes twice counts once; what cannot be counted is named
    in `Board.exclusions`. The board depends on the votes and the seed, not on their order or on how
    they are split into folders.

    `confidence` in (0, 1) is that of every interval; `bootstraps` must be enough for both its tails
    to hold a draw. `resample`: `participant` gives the honest interval, `vote` the paper's; `auto`
    takes participants as soon as ten are known. `prior` games won and as many lost against an
    opponent that is not there make every score finite (`ranker.prior`). `call` says what the
    board's sentences call the system that its rows name so.

    Raises what `ranker.counted` raises, ValueError for a number out of range, and ValueError when
    participants are to be resampled and fewer than two are known.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}")
    if bootstraps * (1 - confidence) / 2 < 1:
        raise ValueError(f"{bootstraps} bootstraps are too few for a confidence of {confidence}")
    if prior < 0 or prior == float("inf"):
        raise ValueError(f"prior must be 0 or more, not {prior}")
    return board_of(
        counted(sources, include_simulated=include_simulated),
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        resample=resample,
        prior=prior,
        call=call,
    )


def board_of(
    votes: Counted,
    *,
    bootstraps: int,
    confidence: float,
    seed: int,
    resample: Resample = "auto",
    prior: float = 0.0,
    call: Callable[[str], str] = str,
) -> Board:
    """The board of what was counted; the other arguments as for `rank`."""
    people = votes.cells.people
    if resample == "participant" and len(people) < 2:
        raise ValueError("participants can be resampled only where at least two are known")
    unit: Unit = (
        resample if resample != "auto" else ("participant" if len(people) >= FEW_PEOPLE else "vote")
    )
    by_person = unit == "participant"
    board = Board(
        verdict=verdict((), (), (), len(people)),
        doubts=(*votes.problems, *jumps_in(votes.histories)),
        notices=(),
        exclusions=votes.exclusions,
        n_seen=votes.n_seen,
        n_votes=votes.n_votes,
        states=votes.states,
        n_simulated=votes.n_simulated,
        n_participants=len(people),
        n_stations=len(votes.stations),
        confidence=confidence,
        bootstraps=bootstraps,
        seed=seed,
        prior=prior,
        resampled=unit,
    )
    if not votes.n_votes:
        return board
    table = table_of(votes.cells, prior)
    point = point_of(table, by_person)
    tail = (1 - confidence) / 2
    limits = limits_of(table, point, tail, by_person)
    draws = bootstrap(table, point, limits, bootstraps, seed, unit)
    found = Findings(table, point, limits, draws, tail=tail, by_person=by_person, call=call)
    fragile = found.fragile(len(people))
    by_person_se, by_vote_se = found.widths(len(people))
    ratio = by_person_se / by_vote_se if by_vote_se > 0 else math.nan
    notices = (
        *(prior_notice(prior),) * (prior > 0),
        *found.notices(),
        *filter(
            None,
            (
                width_notice(
                    ratio, by_person_se, by_vote_se, len(found.order) - found.closed.sum()
                ),
                found.about(fragile),
            ),
        ),
        *counting_notices(votes, board.resampled),
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
