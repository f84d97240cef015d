"""What the samplers go by, counted from this station's database: pairs, and how wide intervals are.

The pairs are a quick question to the database. The intervals are the ranker's and take longer: they
are counted in the background after each vote, and a draw takes the newest there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from desktop.catalogue.catalogue import Entry
from desktop.logs import log
from desktop.session.matchmaking import WIDEST, Counts, OrderedPair
from desktop.session.study import Study
from desktop.session.study_parts import Sampler
from local_db.errors import WorldError
from local_db.kept import VoteCount
from local_db.reader import Reader
from local_db.records import Kind
from ui.state import Problem

T = TypeVar("T")
Fingerprints = Mapping[str, str]
"""System id -> fingerprint, of what competes now."""

BOOTSTRAPS = 200
"""Enough for a width that only says where to look next."""


class Later(Protocol):
    """`desktop.background.Background.later`."""

    def __call__(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Problem], None]
    ) -> None: ...


def counts_so_far(
    reader: Reader,
    study: str,
    kind: Kind,
    fingerprints: Fingerprints,
    *,
    participant_id: str,
    simulated: bool,
) -> Counts:
    """How often each ordered pair counts among battles of a kind, by system id."""
    ids = {fingerprint: system_id for system_id, fingerprint in fingerprints.items()}

    def pairs(of: str | None) -> dict[OrderedPair, int]:
        found = reader.pair_counts(study, simulated=simulated, kind=kind, participant_id=of)
        return {(ids[a], ids[b]): n for (a, b), n in found.items() if a in ids and b in ids}

    return Counts(study=pairs(None), block=pairs(participant_id))


def interval_widths(votes: Sequence[VoteCount], fingerprints: Fingerprints) -> dict[str, float]:
    """System id -> width of its score's 95 % interval, natural log; `WIDEST` where it is open or
    wider. Only of systems that somebody voted on."""
    import ranker  # late: it loads numpy's linear algebra, and few studies need it

    ids = {fingerprint: system_id for system_id, fingerprint in fingerprints.items()}
    plain = [
        ranker.Vote(ids[one.a], ids[one.b], _WINNERS[one.choice], participant=one.participant)
        for one in votes
        if one.a in ids and one.b in ids
        for _ in range(one.count)
    ]
    board = ranker.rank(plain, bootstraps=BOOTSTRAPS)
    # An open interval is infinitely wide, or no number at all: then `min` keeps the first.
    return {row.system: min(WIDEST, row.high - row.low) for row in board.rows}


_WINNERS = {
    "a": "model_a",
    "b": "model_b",
    "tie": "tie",
    "both_bad": "both_bad",
    "cannot_judge": "cannot_judge",
}


def widths_for(
    study: Study,
    reader: Reader,
    entries: Callable[[], Mapping[str, Entry]],
    later: Later,
    *,
    simulated: bool,
) -> Widths | None:
    """None for a study whose sampler does not go by them."""
    if study.design.sampler is not Sampler.ADAPTIVE:
        return None
    return Widths(
        lambda: reader.vote_counts(study.id, simulated=simulated),
        lambda: {name: entry.record.fingerprint for name, entry in entries().items()},
        later,
    )


class Widths:
    """The newest widths there are. Belongs to the window's thread; counts in the background."""

    def __init__(
        self,
        votes: Callable[[], Sequence[VoteCount]],
        fingerprints: Callable[[], Fingerprints],
        later: Later,
    ) -> None:
        """`votes` and `fingerprints` give what there is at the time."""
        self._votes = votes
        self._fingerprints = fingerprints
        self._later = later
        self._counting = False
        self._stale = False
        self.now: Mapping[str, float] = {}
        """Empty until the first count has come back."""

    def renew(self) -> None:
        """Count again what there is by now; nobody waits for it."""
        if self._counting:
            self._stale = True
            return
        try:
            votes = self._votes()
        except WorldError as error:  # whoever votes next is told; a width is only a hint
            log.info("intervals not counted: %s", error.sentence)
            return
        self._counting, self._stale = True, False
        fingerprints = self._fingerprints()
        self._later(lambda: interval_widths(votes, fingerprints), self._counted, self._failed)

    def _counted(self, widths: Mapping[str, float]) -> None:
        self._counting, self.now = False, widths
        if self._stale:
            self.renew()

    def _failed(self, problem: Problem) -> None:
        self._counting = False
        log.info("intervals not counted: %s", problem.title)
