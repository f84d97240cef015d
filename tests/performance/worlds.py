"""Votes of the sizes that are measured, drawn from worlds whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.cells import Cells
from ranker.fit import Floats
from ranker.table import Ints
from ranker.votes import System

SIX = np.array([0.45, 0.30, 0.05, -0.10, -0.20, -0.50])
PEOPLE_A_PAIR, VOTES_A_PERSON = 50, 10


@dataclass(frozen=True, slots=True)
class Votes:
    """Shape = (n_votes,) each; `outcome` 0: a, 1: b, 2: tie."""

    a: Ints
    b: Ints
    outcome: Ints
    person: Ints

    def cells(self) -> Cells:
        n_systems = 1 + int(max(self.a.max(), self.b.max()))
        return Cells.of(
            [System(f"m{k:03d}") for k in range(n_systems)],
            [("station", f"p{k:06d}") for k in range(1 + int(self.person.max()))],
            person=self.person,
            a=self.a,
            b=self.b,
            outcome=self.outcome,
        )


def paper_of(
    taste: float, rng: np.random.Generator, ties: float = 0.25, strengths: Floats = SIX
) -> Votes:
    """The paper's design (section 3.2): every pair has 50 people, each gives ten votes on it.

    `taste`: standard deviation between people of a system's appeal, log-odds.
    """
    first, second = np.triu_indices(len(strengths), 1)
    pair = np.repeat(np.arange(len(first)), PEOPLE_A_PAIR)
    own = strengths + taste * rng.standard_normal((len(pair), len(strengths)))
    every = np.arange(len(pair))
    odds = np.repeat(own[every, first[pair]] - own[every, second[pair]], VOTES_A_PERSON)
    person = np.repeat(every, VOTES_A_PERSON)
    i, j = first[pair[person]], second[pair[person]]
    swap = rng.random(len(person)) < 0.5
    wins = (rng.random(len(person)) < 1 / (1 + np.exp(-odds))) != swap
    outcome = np.where(rng.random(len(person)) < ties, 2, np.where(wins, 0, 1))
    return Votes(np.where(swap, j, i), np.where(swap, i, j), outcome, person)


def arena_of(n_votes: int, n_systems: int, n_people: int, rng: np.random.Generator) -> Votes:
    """A public arena: systems met by Zipf's law (exponent 1.2), people with tastes of 0.3."""
    popular = 1 / np.arange(1, n_systems + 1) ** 1.2
    popular /= popular.sum()
    a, b = rng.choice(n_systems, (2, n_votes), p=popular)
    while (same := np.flatnonzero(a == b)).size:
        b[same] = rng.choice(n_systems, len(same), p=popular)
    true = rng.normal(0, 0.7, n_systems)
    person = rng.integers(0, n_people, n_votes)
    taste = rng.normal(0, 0.3, (n_people, n_systems)).astype(np.float32)
    odds = true[a] - true[b] + taste[person, a] - taste[person, b]
    wins = rng.random(n_votes) < 1 / (1 + np.exp(-odds))
    outcome = np.where(rng.random(n_votes) < 0.2, 2, np.where(wins, 0, 1))
    return Votes(a, b, outcome, person)


def truth_of(taste: float, ties: float = 0.25) -> Floats:
    """What infinitely many people of `paper_of` would make of the scores; mean 0."""
    from tests.helpers.bradley_terry import truth_of as truth

    return truth(SIX, taste, ties)
