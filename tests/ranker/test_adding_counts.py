"""Shards merge by adding counts: what each counted of other battles is what all counted at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.jumps import jumps, jumps_in
from ranker.read import _battle
from ranker.votes import Battle, Refused
from tests.helpers.ranker_exports import battle

a_line = st.fixed_dictionaries(
    {
        "station": st.sampled_from(["north", "south", None]),
        "participant": st.sampled_from(["p1", "p2", None]),
        "study": st.sampled_from(["s1", "s2"]),
        "state": st.sampled_from(["voted"] * 5 + ["failed", "odd"]),
        "simulated": st.booleans(),
        "b": st.sampled_from(["bo", "ada"]),
        "choice": st.sampled_from(["a", "b", "tie", "both_bad", "A"]),
    }
)


def counted(found: Sequence[Battle | Refused]) -> Counted:
    return of_tally(tally(found, include_simulated=True), ["a doubt"] * bool(found))


@given(st.lists(a_line, max_size=80), st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_shards_of_other_battles_add_up_to_the_whole_in_any_order(lines, n, chance):
    found: list[Any] = [_battle(battle(k, **line)) for k, line in enumerate(lines)]
    found += [Refused("malformed line", f"line {k}") for k in range(len(lines) % 3)]
    shards = [found[k::n] for k in range(n)]
    chance.shuffle(shards)
    whole = counted(found)
    total = counted([])
    for shard in shards:
        total += counted(shard)
    assert total == whole
    assert total.n_seen == total.n_votes + sum(left.count for left in total.exclusions)


@given(st.lists(st.sampled_from([None, "state failed", "cannot judge"]), max_size=90))
@settings(max_examples=20, deadline=None)
def test_a_jump_is_told_from_histories_as_from_battles(rules):
    named = [(f"{k:03}", rule) for k, rule in enumerate(rules)]
    found = [
        _battle(battle(0, battle_id=name, **({"state": "failed"} if rule else {})))
        for name, rule in named
    ]
    assert jumps_in(counted(found).histories) == jumps(tally(found, include_simulated=True).rules)
