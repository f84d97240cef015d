"""The leaderboard as plain frozen values, and as strict JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ranker.count import Exclusion

BOARD_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One system. Bounds are at the board's confidence; a share is in [0, 1]."""

    system: str
    beta: float
    """Bradley-Terry coefficient, natural log, measured from the mean of the board's origin; +inf or
    -inf where no maximum exists, nan where the system cannot be compared with the origin."""
    low: float
    high: float
    """Infinite where open; always `low` <= `beta` <= `high` where beta is not nan. What never lost
    a point, or never took one, is open on that side alone (`ranker.limits`)."""
    share: float
    """Of the strength of all: exp(beta) over its sum on the board; nan while any system has no
    finite beta. Its bounds allow for that."""
    share_low: float
    share_high: float
    rank_low: int
    """Best rank, from 1, that the resamples allow."""
    rank_high: int
    """Worst rank that they allow."""
    votes: int
    first_in: float
    """Part of the resamples in which it is above every other that has a place on the board, in
    [0, 1]: P(best) among these. nan where it has no place itself, or nothing is beside it, or
    resamples cannot differ and do not say."""
    se: float
    """Standard error of `beta` in one pass (`ranker.sandwich`), with the units that the board
    resamples; nan where there is none, or units that all say the same."""
    se_votes: float
    """The same as if every vote were another person's."""
    note: str = ""
    """What the numbers alone would hide."""

    @property
    def rank_text(self) -> str:
        """A rank or a range; a dash where it cannot be compared with the others at all."""
        if not self.is_ranked:
            return "–"
        low, high = self.rank_low, self.rank_high
        return str(low) if low == high else f"{low}–{high}"

    @property
    def is_ranked(self) -> bool:
        return not (math.isnan(self.beta) and math.isnan(self.first_in))


@dataclass(frozen=True, slots=True)
class PairCount:
    """Two systems that met; `first` stands higher on the board."""

    first: str
    second: str
    wins: int
    """Of the first."""
    losses: int
    ties: int
    both_bad: int
    points: float
    """Of the first, per vote: a win is one, a tie or both bad a half; in [0, 1]."""
    low: float
    high: float
    p: float
    """Two-sided: how likely two equal systems come out so; in (0, 1], as all P."""
    p_one_sided: float
    """Against the one that is ahead: what the paper's stars are made of."""
    p_family: float
    """Two-sided, allowing for the number of pairs that are tested."""
    note: str = ""
    """Where the pair and the leaderboard disagree, why."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Scores of one system over the resamples, as a histogram of the finite ones."""

    system: str
    start: float
    """Lower edge of the first bin, natural log."""
    width: float
    """Of every bin; 0 where all resamples agree."""
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fragile:
    """What is enough for the first system not to be above another any more."""

    first: str
    rival: str
    """Whom the fewest votes hold back."""
    votes: int
    """Votes to leave out."""
    participants: int | None
    """People to leave out; None where none are known, or nothing less than everybody is enough."""
    participants_rival: str | None
    """Whom the fewest people hold back, another than `rival` perhaps; None as `participants` is."""


@dataclass(frozen=True, slots=True)
class SlotBalance:
    """Points of the slot shown first, as of a pair; 0.5 when order is harmless."""

    points: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Systems that the votes tie together; the board has one group when all can be compared."""

    systems: tuple[str, ...]
    """Best first."""
    betas: tuple[float, ...]
    """Coefficients inside the group, with mean 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the votes say, how sure that is, and what was not counted."""

    verdict: str
    """One sentence: what the data allow to be said."""
    rows: tuple[BoardRow, ...] = ()
    """Best first; systems that cannot be compared come last."""
    pairs: tuple[PairCount, ...] = ()
    slot: SlotBalance | None = None
    """None without votes."""
    leader: str | None = None
    """The one system that is ahead of every other; None where the votes cannot say. It has no
    finite score where it won every battle."""
    fragile: Fragile | None = None
    """How little holds up the first place; None where nothing could be left out to change it."""
    width_ratio: float = math.nan
    """Width of intervals of people over that of intervals of votes (square root of the design
    effect); nan where fewer than ten people are known."""
    distributions: tuple[Distribution, ...] = ()
    """In the order of the rows; none of a system without finite scores."""
    groups: tuple[Group, ...] = ()
    """Upper before lower."""
    origin: tuple[str, ...] = ()
    """Systems whose mean score is 0: all, unless a notice says why not."""
    doubts: tuple[str, ...] = ()
    """Sentences to read before the numbers: what speaks against an export as a whole."""
    notices: tuple[str, ...]
    """Sentences a reader must know beside the numbers."""
    exclusions: tuple[Exclusion, ...]
    """By rule: `n_seen` = `n_votes` + the sum of their counts."""
    n_seen: int
    n_votes: int
    states: Mapping[str, int] = field(default_factory=dict)
    """State -> battles, each once: what could be read of all that were started."""
    n_simulated: int
    n_participants: int
    """People known by an id, per station."""
    n_stations: int
    confidence: float
    bootstraps: int
    seed: int
    prior: float = 0.0
    """Games that are no votes in every score; see `ranker.prior`."""
    resampled: str
    """What the intervals resample: `participant`, `vote`, or `pair` (votes, as many of each pair as
    there were)."""
    unbounded: int = 0
    """Resamples of `bootstraps` in which no finite maximum exists."""

    def __str__(self) -> str:
        """What `rank` shows in a terminal."""
        from ranker.text import render  # late: it is made of boards

        return render(self)

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON, rebuilt bit for bit from the same votes and seed.

        JSON has no infinity: an infinite number is the text `inf` or `-inf`, nan is null.
        """
        values: dict[str, Any] = {"schema": BOARD_SCHEMA, **plain(asdict(self))}
        return values


def plain(value: Any) -> Any:
    """As `Board.to_json` says: what strict JSON can hold."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
