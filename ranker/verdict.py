"""Numbers in sentences: what the data allow to be said, and what a reader must know beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ranker.counts import Counted

FEW_PEOPLE = 10
"""With fewer people than this, resampling them says nothing that can be trusted about others."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def verdict(
    placed: Sequence[str],
    unplaced: Sequence[str],
    level: Sequence[str],
    n_participants: int,
    *,
    on_top: bool = True,
    won_all: bool = False,
) -> str:
    """The one sentence.

    `placed`: systems that have a place on the board, best first; `unplaced`: the others; `level`:
    those of `placed` that cannot be told from its first; `on_top`: whether `placed` are the first
    rows of the board; `won_all`: whether the first of `placed` won every battle.
    """
    if not placed and not unplaced:
        return "No vote has been counted yet."
    if placed:
        rest = f"; not enough votes to place {listing(unplaced)}" if unplaced else ""
        how = ": it won every battle, so no score can say by how much" * (won_all and not level)
        said = f"{_about_the_first(placed, level, bool(unplaced), on_top)}{how}{rest}."
    else:
        said = "Not enough votes to compare the systems with each other."
    if not 0 < n_participants < FEW_PEOPLE:
        return said
    names = (f"{placed[0]} ", f"{placed[0]},") if placed else ()
    if not said.startswith(names):  # a system's name keeps its spelling
        said = said[0].lower() + said[1:]
    return f"For {people(n_participants)}: {said}"


def _about_the_first(placed: Sequence[str], level: Sequence[str], more: bool, on_top: bool) -> str:
    n_level = len(level) + 1
    those = " that can be placed" * more
    if n_level == 1:
        return f"{placed[0]} is ahead of every other system{those}"
    if n_level == len(placed) > 2:
        return f"Not enough votes to say which of the {number(n_level)} systems{those} leads"
    if list(level) != list(placed[1:n_level]):
        first = "comes first" if on_top else f"comes first of those{those}"
        return f"{placed[0]} {first} but cannot be told apart from {listing(level)}"
    if not on_top:
        return f"{listing(placed[:n_level])} cannot be told apart"
    which = "two systems" if n_level == len(placed) and not more else f"first {number(n_level)}"
    return f"The {which} cannot be told apart"


def row_note(beta: float, unbounded_part: float, between: bool = False) -> str:
    """What to say beside one system; `unbounded_part` in [0, 1]: resamples without finite score;
    `between`: without limit above some systems, and below others."""
    if math.isnan(beta) and between:
        return "took every point from some systems and none from others: no score"
    if math.isnan(beta):
        return "cannot be compared with the others"
    if beta == math.inf:
        return "never lost a point to the systems below: no upper limit"
    if beta == -math.inf:
        return "never took a point from the systems above: no lower limit"
    if unbounded_part:
        return f"no finite score in {percent(unbounded_part)} of the resamples"
    return ""


def counting_notices(votes: Counted, resampled: str) -> tuple[str, ...]:
    """What a reader must know of the votes that were counted."""
    cells = votes.cells
    n_unknown = int(cells.count[cells.person < 0].sum())
    studies = len(votes.studies)
    mixed = mixture_notices(votes.n_simulated, votes.n_votes, "vote", "Votes", studies)
    about_people = _people_notice(votes.n_people, n_unknown, resampled)
    unknown = ""
    if n_unknown and votes.n_people and resampled != "participant":
        names = "names" if n_unknown == 1 else "name"
        unknown = f"{n_unknown:,} of {count(votes.n_votes, 'vote')} {names} no participant."
    return (*mixed, *filter(None, (about_people, unknown)))


def mixture_notices(
    n_simulated: int, n: int, one: str, many: str, n_studies: int
) -> tuple[str, ...]:
    """Of `n` things, called `one` within a sentence and `many` before one: whether machines made
    some, and whether they are of several studies."""
    are = "is" if n_simulated == 1 else "are"
    simulated = f"{n_simulated:,} of {count(n, one)} {are} simulated."
    studies = f"{many} of {number(n_studies)} studies are counted together."
    return (simulated,) * (n_simulated > 0) + (studies,) * (n_studies > 1)


def _people_notice(n_known: int, n_unknown: int, resampled: str) -> str:
    """What the intervals take for independent, where that is not plainly people; else empty."""
    if resampled == "participant":
        name = count(n_unknown, "vote names", "votes name")
        unknown = f"{name} no participant; each counts as another person's."
        return unknown * (n_unknown > 0)
    if not n_known:
        return (
            "No vote names a participant: votes are resampled as if each came from another person, "
            "and intervals are too narrow if people voted more than once."
        )
    if n_known < FEW_PEOPLE:
        return (
            f"Votes of {people(n_known)} only: the intervals resample votes and do not speak of "
            "other people."
        )
    return "Votes are resampled although participants are known: intervals may be too narrow."


def origin_notice(origin: Sequence[str], finite: Sequence[str], endless: Sequence[str] = ()) -> str:
    """Why scores are not measured from the mean of all systems; empty when they are.

    `endless`: those that have a place and no score; `finite`: all others.
    """
    others = [system for system in finite if system not in origin]
    without = [system for system in endless if system not in origin]
    why = []
    if without:
        have = "has" if len(without) == 1 else "have"
        why.append(f"{listing(without)} {have} no score to be part of it")
    if others:
        why.append(f"too little is known of {listing(others)} to be part of it")
    mean = f"Scores are measured from the mean of {listing(origin)}; "
    return f"{mean}{' and '.join(why)}." if why else ""


def best_notice(placed: Sequence[str], unplaced: Sequence[str]) -> str:
    """Among which systems `BoardRow.first_in` is told; empty where it is all of them."""
    if not unplaced:
        return ""
    if len(placed) < 2:
        return "“Best in” is told of no system: fewer than two can be placed."
    stand = "stands" if len(unplaced) == 1 else "stand"
    return (
        f"“Best in” is told among the {number(len(placed))} systems that can be placed; nobody "
        f"knows where {listing(unplaced)} {stand} among them."
    )


def alike_notice(n_units: int, by_person: bool) -> str:
    """Why intervals are not those of resamples; empty where resamples differ."""
    if not n_units:
        return ""
    every = f"all {people(n_units)} say" if by_person else f"all {count(n_units, 'vote')} say"
    if n_units == 1:
        every = f"the one {'participant' if by_person else 'vote'} says"
    return (
        f"Resamples cannot differ, because {every} the same: intervals are the exact ones for so "
        "many that agree, and there is no standard error."
    )


def prior_notice(prior: float) -> str:
    """That the numbers are not those of the votes alone."""
    return (
        f"With a prior: every system has won {prior:g} games against an opponent that is not "
        "there, and lost as many. No interval allows for it."
    )


def against_the_board(first: str, second: str, points: float) -> str:
    """Where the one that stands higher has fewer `points` of the pair; empty where it does not."""
    if points >= 0.5:
        return ""
    ahead = f"{100 * (1 - points):.1f} % of the points"
    return (
        f"{second} is ahead of {first} head to head ({ahead}), yet stands below it: against the "
        f"others {first} did better."
    )


def fragile_notice(first: str, rival: str, votes: int, n_votes: int, n_people: int | None) -> str:
    """How little holds up the first place."""
    fewer = f"{count(votes, 'vote')} ({percent(votes / n_votes)})"
    people_too = "" if n_people is None else f", or without all votes of {people(n_people)}"
    return f"Without {fewer}{people_too}, {rival} would no longer stand below {first}."


def width_notice(ratio: float, by_person: float, by_vote: float, n_open: int = 0) -> str:
    """How much more the intervals of people say than those of votes; empty where not known.

    `n_open`: systems whose intervals are not among them.
    """
    if math.isnan(ratio):
        return ""
    left_out = f", {count(n_open, 'open one')} left out" if n_open else ""
    return (
        f"A 95 % interval of a score is {2 * 1.96 * by_person:.2f} wide on average{left_out} if "
        f"people are independent, {2 * 1.96 * by_vote:.2f} if every vote is: {ratio:.2f} times as "
        "wide."
    )


def groups_notice(groups: Sequence[Sequence[str]]) -> str:
    """Which systems cannot be compared on one scale; empty when all can."""
    if len(groups) < 2:
        return ""
    inside = "; ".join(listing(group) for group in groups)
    return (
        f"The votes do not tie all systems together. Only systems of one group can be compared on "
        f"one scale: {inside}."
    )


def people(n: int) -> str:
    return "one participant" if n == 1 else f"{number(n)} participants"


def count(n: int, one: str, many: str = "") -> str:
    """`n` and what there is of it: `one` for 1, else `many`, which is `one` with an s if empty."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def percent(part: float) -> str:
    """A part in [0, 1] in words; what is not nothing is not called 0 %."""
    return "under 1 %" if 0 < part < 0.01 else f"{100 * part:.0f} %"


def listing(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
