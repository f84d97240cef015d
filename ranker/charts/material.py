"""Everything that charts, their tables and a report are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ranker.board import Board, plain
from ranker.circumstances import Circumstances
from ranker.provenance import Source
from ranker.scale import NATURAL, Scale
from ranker.verdict import count, resampled_units

_FEW = 3
"""Sources that are named in small print."""


@dataclass(frozen=True, slots=True)
class Material:
    board: Board
    circumstances: Circumstances
    sources: tuple[Source, ...]
    program: str
    """Name and version, for example `Earshot 0.1.0`."""
    call: Callable[[str], str] = str
    """What a chart calls the system with this name."""
    scale: Scale = NATURAL
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What else decides what there is to see, for `facts`: which votes count, and the wishes."""

    @property
    def stamp(self) -> str:
        """Small print: what it takes to make the same again."""
        board = self.board
        named = ", ".join(source.short for source in self.sources[:_FEW])
        more = len(self.sources) - _FEW
        named += f" and {more} more" * (more > 0)
        prior = f"prior {board.prior:g} · " * (board.prior > 0)
        return (
            f"{named or 'no source'} · seed {board.seed} · {board.bootstraps:,} resamples · "
            f"{prior}{self.program}"
        )

    @property
    def counted(self) -> str:
        board = self.board
        n_people = board.n_participants
        people = count(n_people, "participant") if n_people else "participants not known"
        return f"{count(board.n_votes, 'vote')}, {people}, {count(board.n_stations, 'station')}."

    @property
    def interval(self) -> str:
        board = self.board
        units = resampled_units(board.resampled)
        return f"{100 * board.confidence:g} % intervals resample {units}."

    @property
    def unit(self) -> str:
        return f"Scores are {self.scale.unit}."

    @property
    def facts(self) -> Mapping[str, Any]:
        """The same as `stamp`, whole, for programs: plain values for strict JSON."""
        board = self.board
        called = {row.system: self.call(row.system) for row in board.rows}
        return {
            "program": self.program,
            "numpy": np.__version__,
            "sources": [plain(asdict(source)) for source in self.sources],
            "seed": board.seed,
            "prior": board.prior,
            "bootstraps": board.bootstraps,
            "confidence": board.confidence,
            "resampled": board.resampled,
            "votes": board.n_votes,
            "scale": self.scale.name,
            "called": {name: label for name, label in called.items() if name != label},
            **self.asked,
        }
