"""What was counted, whoever counted it: cells, exclusions and the numbers beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ranker.cells import Cells, cells_of
from ranker.count import Exclusion, Tally
from ranker.jumps import History


@dataclass(frozen=True, slots=True)
class Counted:
    """Every battle once: counted, or named under the rule that left it out.

    `n_seen` = votes in `cells` + the sum of the exclusions, always.
    """

    cells: Cells
    exclusions: tuple[Exclusion, ...] = ()
    """Sorted by rule."""
    n_seen: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    """State -> battles, of every battle once, counted or not; sorted."""
    n_simulated: int = 0
    """How many of the counted votes are simulated."""
    stations: frozenset[str] = frozenset()
    """Of the counted votes, as `studies`."""
    studies: frozenset[str] = frozenset()
    histories: Mapping[str, History] = field(default_factory=dict)
    """By station, of the battles that have an id; "" where it is unknown."""
    problems: tuple[str, ...] = ()
    """Sentences on what speaks against a source as a whole; sorted, each once."""

    @property
    def n_votes(self) -> int:
        return self.cells.n_votes

    @property
    def n_people(self) -> int:
        """Known by an id, per station."""
        return len(self.cells.people)

    @property
    def n_without_id(self) -> int:
        """Battles, counted or not, that nobody could recognise as copies."""
        named = sum(history.rules.total() for history in self.histories.values())
        return sum(self.states.values()) - named

    def __add__(self, other: Counted) -> Counted:
        """The battles of both, which must be other battles: a shard and a shard."""
        stations = sorted({*self.histories, *other.histories})
        none = History()
        return Counted(
            cells=self.cells + other.cells,
            exclusions=merged((*self.exclusions, *other.exclusions)),
            n_seen=self.n_seen + other.n_seen,
            states=added(self.states, other.states),
            n_simulated=self.n_simulated + other.n_simulated,
            stations=self.stations | other.stations,
            studies=self.studies | other.studies,
            histories={
                station: self.histories.get(station, none) + other.histories.get(station, none)
                for station in stations
            },
            problems=tuple(sorted({*self.problems, *other.problems})),
        )


def of_tally(tally: Tally, problems: Iterable[str] = ()) -> Counted:
    """The same as arrays."""
    return Counted(
        cells=cells_of(tally.cells),
        exclusions=tally.exclusions,
        n_seen=tally.n_seen,
        states=added(tally.states),
        n_simulated=tally.n_simulated,
        stations=frozenset(tally.stations),
        studies=frozenset(tally.studies),
        histories={name: History.of(tally.rules[name]) for name in sorted(tally.rules)},
        problems=tuple(sorted(set(problems))),
    )


def added(*states: Mapping[str, int]) -> dict[str, int]:
    """Sums, sorted by state."""
    sums: Counter[str] = Counter()
    for some in states:
        sums.update(some)
    return {state: sums[state] for state in sorted(sums)}


def merged(exclusions: Iterable[Exclusion]) -> tuple[Exclusion, ...]:
    """One for each rule, with the example that sorts first."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for one in exclusions:
        counts[one.rule] += one.count
        examples[one.rule] = min(examples.get(one.rule, one.example), one.example)
    return tuple(Exclusion(rule, counts[rule], examples[rule]) for rule in sorted(counts))
