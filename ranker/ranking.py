"""From votes to a board: read, count, fit, resample, say what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Literal, get_args

from ranker.board import Board
from ranker.bootstrap import bootstrap
from ranker.counts import Counted
from ranker.findings import Findings
from ranker.jumps import jumps_in
from ranker.limits import limits_of
from ranker.one_thread import on_one_thread
from ranker.point import point_of
from ranker.sampling import Unit
from ranker.scale import NATURAL, Scale
from ranker.sources import Source, counted, listed
from ranker.table import table_of
from ranker.verdict import (
    FEW_PEOPLE,
    counting_doubts,
    counting_notices,
    no_ids_notice,
    prior_notice,
    verdict,
    width_notice,
)
from ranker.votes import Vote

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
    scale: Scale = NATURAL,
) -> Board:
    """A leaderboard from exported folders, parts stores, tables, plain votes, or any of these.

    `sources` as for `ranker.counted`. What comes twice under one id counts once (a vote without an
    id is nobody's copy); what cannot be counted is named in `Board.exclusions`. The board depends
    on the votes and the seed, not on their order or on how they are split into folders.

    `confidence` in (0, 1) is that of every interval; `bootstraps` must be enough for both its tails
    to hold a draw. `resample`: `participant` gives the honest interval, `vote` the paper's; `auto`
    takes participants as soon as ten are known. `prior` games won and as many lost against an
    opponent that is not there make every score finite (`ranker.prior`). `call` says what the
    board's sentences call the system that its rows name so, and `scale` in what they measure
    scores; its numbers are natural logarithms whatever that is.

    Raises what `ranker.counted` raises, ValueError for a number out of range or a `resample` that
    there is not, and ValueError when participants are to be resampled and fewer than two are known.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}")
    if bootstraps * (1 - confidence) / 2 < 1:
        raise ValueError(f"{bootstraps} bootstraps are too few for a confidence of {confidence}")
    if not 0 <= prior < math.inf:
        raise ValueError(f"prior must be 0 or more, not {prior}")
    if resample not in get_args(Resample):
        known = ", ".join(get_args(Resample))
        raise ValueError(f"there is no resample {resample!r}: it is one of {known}")
    every = listed(sources)
    votes = counted(every, include_simulated=include_simulated)
    board = board_of(
        votes,
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        resample=resample,
        prior=prior,
        call=call,
        scale=scale,
    )
    many = sum(not isinstance(source, Vote | Mapping) for source in every) > 1
    unnamed = no_ids_notice(votes.n_without_id) if many else ""
    return replace(board, notices=(*board.notices, unnamed)) if unnamed else board


@on_one_thread
def board_of(
    votes: Counted,
    *,
    bootstraps: int,
    confidence: float,
    seed: int,
    resample: Resample = "auto",
    prior: float = 0.0,
    call: Callable[[str], str] = str,
    scale: Scale = NATURAL,
) -> Board:
    """The board of what was counted; the other arguments as for `rank`."""
    people = votes.cells.people
    unit = _unit(resample, len(people))
    board = Board(
        verdict=verdict((), (), (), len(people)),
        doubts=(*counting_doubts(votes), *votes.problems, *jumps_in(votes.histories)),
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
    return _filled(board, votes, unit, call, scale) if votes.n_votes else board


def _unit(resample: Resample, n_people: int) -> Unit:
    if resample == "participant" and n_people < 2:
        raise ValueError("participants can be resampled only where at least two are known")
    if resample == "auto":
        return "participant" if n_people >= FEW_PEOPLE else "vote"
    return resample


def _filled(
    board: Board, votes: Counted, unit: Unit, call: Callable[[str], str], scale: Scale
) -> Board:
    """`board`, whose settings are there, with what is found by them."""
    n_people, by_person = board.n_participants, unit == "participant"
    table = table_of(votes.cells, board.prior)
    point = point_of(table, by_person)
    tail = (1 - board.confidence) / 2
    limits = limits_of(table, point, tail, by_person)
    draws = bootstrap(table, point, limits, board.bootstraps, board.seed, unit)
    found = Findings(table, point, limits, draws, tail=tail, by_person=by_person, call=call)
    fragile = found.fragile(n_people)
    by_person_se, by_vote_se = found.widths(n_people)
    ratio = by_person_se / by_vote_se if by_vote_se > 0 else math.nan
    n_open = len(found.order) - int(found.closed.sum())
    widths = width_notice(ratio, by_person_se, by_vote_se, n_open, scale)
    notices = (
        *(prior_notice(board.prior),) * (board.prior > 0),
        *found.notices(),
        *filter(None, (widths, found.about(fragile))),
        *counting_notices(votes, board.resampled),
    )
    return replace(
        board,
        verdict=found.verdict(n_people),
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
