"""Systems are in one order and have names of their own, whichever module lists them."""

from __future__ import annotations

from ranker.cells import cells_of
from ranker.circumstances import circumstances_of
from ranker.contexts import InContext
from ranker.count import Tally
from ranker.design import design_of
from ranker.naming import names_of
from ranker.votes import COUNTED_KIND, VOTED, Battle, System

BATTLES = [
    InContext(
        Battle(
            f"b{k}", "north", None, "p1", False, COUNTED_KIND, VOTED,
            System(f"s{k:02}", version, fingerprint), System("z"), "a" if version is None else "b",
        ),
        {},
    )
    for k in range(12)
    for version, fingerprint in ((None, None), ("", None), ("1", None), ("1", ""), ("1", "ab" * 9))
]  # fmt: skip
"""Of each system one version that is not told, and one that is told as nothing."""


def test_an_absent_version_stands_before_an_empty_one_everywhere() -> None:
    counted = Tally()
    for one in BATTLES:
        counted.count(one.battle)
    systems = cells_of(counted.cells).systems
    design = design_of(BATTLES)
    assert [systems[k] for k in design.a] == [one.battle.a for one in BATTLES]
    around = circumstances_of(BATTLES, by_person=False, bootstraps=60)
    points = [balance.points for name, balance in around.slots if name.endswith(("@unknown", "@"))]
    assert points == [1.0, 0.0] * 12


def test_no_two_systems_have_one_name() -> None:
    systems = [one.battle.a for one in BATTLES]
    names = names_of(systems)
    assert len(set(names)) == len(systems)
    assert names[:5] == ["s00@unknown", "s00@", "s00@1#unknown", "s00@1#", "s00@1#ababab"]
