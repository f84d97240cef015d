"""Copies of one battle: which of them counts, and which tell what another tells in fewer words.

A later export of a station knows more: an open battle has been voted on, a vote has been corrected,
a participant has withdrawn (which always wins: consent is gone). A file in the field's columns
(docs/export.md, “Dialects”) knows less: neither versions nor the ids of votes. Anything else is two
stories about one battle, and neither is believed.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from ranker.votes import VOTED, WITHDRAWN, Battle, System


def latest(distinct: Collection[Battle]) -> Battle | None:
    """Of different copies of one battle, the one that counts; None where they are two stories."""
    withdrawn = [battle for battle in distinct if battle.state == WITHDRAWN]
    if withdrawn:
        return min(withdrawn, key=repr)
    if len(distinct) > 1:
        distinct = [one for one in distinct if not any(tells_less(one, x) for x in distinct)]
    if len(distinct) == 1:
        return next(iter(distinct))
    if len({_before_the_vote(battle) for battle in distinct}) > 1:
        return None
    ended = [battle for battle in distinct if battle.state != "open"]
    ended.sort(key=lambda battle: len(battle.vote_ids))
    for before, after in pairwise(ended):
        if not _corrects(after, before):
            return None
    return ended[-1] if ended else None


def tells_less(one: Battle, other: Battle) -> bool:
    """Whether `one` leaves out some of what `other` tells, and contradicts none of it."""
    return (
        one != other
        and (one.kind, one.state, one.choice, one.simulated)
        == (other.kind, other.state, other.choice, other.simulated)
        and all(
            known is None or known == there
            for known, there in (
                (one.station, other.station),
                (one.study, other.study),
                (one.participant, other.participant),
                (one.repeats, other.repeats),
                (one.gold_better, other.gold_better),
                (one.time_to_vote_ms, other.time_to_vote_ms),
            )
        )
        and (one.vote_ids == other.vote_ids or _ids_known(one) < _ids_known(other))
        and _may_be(one.a, other.a)
        and _may_be(one.b, other.b)
    )


def _ids_known(battle: Battle) -> int:
    """None, one that `import` made from that of the battle, or those of the station."""
    if not battle.vote_ids:
        return 0
    return 1 if battle.vote_ids == (f"{battle.id} vote",) else 2


def _may_be(name: System, system: System) -> bool:
    """Whether `name` is what the field's columns call `system`."""
    if name == system:
        return True
    if name.version is not None or name.fingerprint is not None:
        return False
    version = f" {system.version}" if system.version is not None else ""
    digest = f" {system.fingerprint[:8]}" if system.fingerprint is not None else ""
    return name.id in {system.id, system.id + version, system.id + version + digest}


def _before_the_vote(battle: Battle) -> Battle:
    return battle._replace(state="", choice=None, vote_ids=(), time_to_vote_ms=None)


def _corrects(after: Battle, before: Battle) -> bool:
    """Whether `after` is `before` with one or more votes that supersede its last."""
    known = len(before.vote_ids)
    return (
        before.state == after.state == VOTED
        and known < len(after.vote_ids)
        and after.vote_ids[:known] == before.vote_ids
    )
