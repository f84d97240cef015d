"""Numbers in sentences: what the data allow to be said, and what a reader must know beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ranker.count import CONFLICTING
from ranker.counts import Counted
from ranker.scale import NATURAL, Scale

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


def counting_doubts(votes: Counted) -> tuple[str, ...]:
    """What speaks against the votes that were counted, to be read before any number."""
    simulated = _simulated_notice(votes.n_simulated, votes.n_votes, "vote")
    for left in votes.exclusions:
        if left.rule == CONFLICTING:
            return (*simulated, contradiction_doubt(left.count, left.example))
    return simulated


def contradiction_doubt(copies: int, example: str) -> str:
    """That battles were left out because somebody tells another story of them."""
    return (
        f"{copies:,} copies of battles contradict each other, for example of {example}, and none "
        "of these battles is counted. If somebody edited them, the votes that are left lean to one "
        "side: find the exports that are true, and rank them without the others."
    )


def counting_notices(votes: Counted, resampled: str) -> tuple[str, ...]:
    """What a reader must know of the votes that were counted."""
    cells = votes.cells
    n_unknown = int(cells.count[cells.person < 0].sum())
    mixed = _studies_notice("Votes", len(votes.studies))
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
    return (*_simulated_notice(n_simulated, n, one), *_studies_notice(many, n_studies))


def _simulated_notice(n_simulated: int, n: int, one: str) -> tuple[str, ...]:
    are = "is" if n_simulated == 1 else "are"
    return (f"{n_simulated:,} of {count(n, one)} {are} simulated.",) * (n_simulated > 0)


def _studies_notice(many: str, n_studies: int) -> tuple[str, ...]:
    told = f"{many} of {number(n_studies)} studies are counted together."
    return (told,) * (n_studies > 1)


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


def no_ids_notice(n: int) -> str:
    """That copies would not be recognised; empty where they would."""
    have = count(n, "vote has", "votes have")
    told = f"{have} no id (`vote_id`): one that stands in two of the sources counted twice."
    return told if n else ""


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
        f"With a prior: every system has won {prior:g} {'game' if prior == 1 else 'games'} against "
        "an opponent that is not there, and lost as many. No interval allows for it."
    )


def fragile_notice(
    first: str, rival: str, other: str, n_votes: int, votes: int, n_people: int | None
) -> str:
    """How little holds up the first place: against `rival` so many `votes` of all `n_votes`,
    against `other` so many people, None where they are not known."""
    fewer = f"{count(votes, 'vote')} ({percent(votes / n_votes)})"
    stays = f"{rival} would draw level with {first} or pass it"
    if n_people is None:
        return f"Without {fewer}, {stays}."
    all_of = f"without all votes of {people(n_people)}"
    if other == rival:
        return f"Without {fewer}, or {all_of}, {stays}."
    return f"Without {fewer}, {stays}; {all_of}, {other} would."


def width_notice(
    ratio: float, by_person: float, by_vote: float, n_open: int = 0, scale: Scale = NATURAL
) -> str:
    """How much more the intervals of people say than those of votes, from the standard errors of
    both (natural log); empty where not known.

    `n_open`: systems whose intervals are not among them.
    """
    if math.isnan(ratio):
        return ""
    left_out = f", {count(n_open, 'open one')} left out," if n_open else ""
    wide, narrow = (scale.wide(2 * 1.96 * se) for se in (by_person, by_vote))
    said = (
        f"A 95 % interval of a score is {wide} wide on average{left_out} if the votes of one "
        f"person hang together, {narrow} if every vote stands alone: {ratio:.2f} times as wide."
    )
    safer = " So few people hardly show how they differ: trust the wider." if ratio < 1 else ""
    return said + safer


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


def resampled_units(resampled: str) -> str:
    """What `Board.resampled` draws again, as the object of a sentence."""
    return {"participant": "participants", "pair": "votes, as many of each pair"}.get(
        resampled, "votes"
    )


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
