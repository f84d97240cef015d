"""What can be asked for beside the board: slices, effects, models of ties, weighted scores.

Each of them may turn out not to be tellable from these votes; then a sentence stands in its place
and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from ranker.board import Board, plain
from ranker.contexts import InContext
from ranker.contextual import NoEffects
from ranker.count import Tally
from ranker.effects import Effects, effects_of
from ranker.propensity import Weighted, weighted
from ranker.scale import NATURAL, Scale
from ranker.slices import NoSuchColumn, Sliced, sliced
from ranker.tie_models import NoTieModel, TieRule
from ranker.tie_scores import TieScores, tie_scores

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for."""

    by: str | None = None
    labels: Path | None = None
    ties: TieRule | None = None
    adjust: bool = False
    weigh: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values; of the file of labels its SHA-256. Raises OSError."""
        labels = None if self.labels is None else sha256(self.labels.read_bytes()).hexdigest()
        return {**asdict(self), "labels": labels}


@dataclass(frozen=True, slots=True)
class Beside:
    """Each is None where nobody asked; a text where it cannot be told, saying why."""

    sliced: Sliced | str | None = None
    ties: TieScores | str | None = None
    effects: Effects | str | None = None
    weighted: Weighted | str | None = None
    notices: tuple[str, ...] = ()
    """What a reader must know of all of it."""

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON; of what cannot be told `{"problem": sentence}`."""
        found: dict[str, Any] = {"beside_notices": list(self.notices)} if self.notices else {}
        if isinstance(self.sliced, Sliced):
            found["slices"] = self.sliced.to_json()
        elif self.sliced is not None:
            found["slices"] = {"problem": self.sliced}
        for name in ("ties", "effects", "weighted"):
            value = getattr(self, name)
            if isinstance(value, str):
                found[name] = {"problem": value}
            elif value is not None:
                found[name] = plain(asdict(value))
        return found


NO_WISHES, NOTHING = Wishes(), Beside()


def beside(
    wishes: Wishes,
    board: Board,
    battles: Sequence[InContext],
    counted: Tally,
    lacking: str = "",
    scale: Scale = NATURAL,
) -> Beside:
    """What `wishes` name, with the settings of `board`; `battles` and `counted` are of the same
    votes, and `lacking` is what `ranker.contexts.lacking_in` says of them. Raises what `rank_by`
    raises, but for a column that no vote has."""
    by_person, confidence = board.resampled == "participant", board.confidence
    by, slices = wishes.by, None
    if by is not None:
        slices = _told(
            lambda: sliced(
                battles,
                by,
                lacking=lacking,
                labels=wishes.labels,
                bootstraps=board.bootstraps,
                confidence=confidence,
                seed=board.seed,
                prior=board.prior,
                scale=scale,
                # A slice may have fewer people than there are altogether.
                resample="auto" if by_person else board.resampled,
            )
        )
    rule = wishes.ties
    missed = wishes.adjust or wishes.weigh or (isinstance(slices, Sliced) and slices.unknown > 0)
    return Beside(
        slices,
        None
        if rule is None
        else _told(lambda: tie_scores(counted, rule, by_person=by_person, confidence=confidence)),
        _told(lambda: effects_of(battles, confidence=confidence)) if wishes.adjust else None,
        _told(lambda: weighted(battles, confidence)) if wishes.weigh else None,
        (lacking,) if lacking and missed else (),
    )


def _told(make: Callable[[], T]) -> T | str:
    try:
        return make()
    except (NoSuchColumn, NoEffects, NoTieModel) as why:
        return str(why)
