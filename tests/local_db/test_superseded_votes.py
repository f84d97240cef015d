"""However often a vote is superseded, one counts, and at most one reason is in force."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from local_db import records
from tests.helpers.voting import Sitting, open_test_store, votes_too_few, votes_too_many

ACTS = st.lists(st.sampled_from(["a", "b", "why"]), max_size=8)


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_the_last_choice_counts_and_only_what_explains_it_is_in_force(acts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_test_store(Path(folder)) as store:
        sitting = Sitting(store, Path(folder, "takes"))
        battle_id = sitting.ready_battle()
        choice, explained = "a", ""
        last = root = sitting.vote(battle_id, "a")
        reasons: dict[str, str] = {}  # the choice it was given for -> the last one
        for number, act in enumerate(acts):
            if act == "why":
                why = records.JustificationRecord(
                    vote_id=root, text=str(number), supersedes=reasons.get(root)
                )
                reasons[root], explained = store.add_justification(why), str(number)
                continue
            last = sitting.vote(battle_id, act, supersedes=last)
            if act != choice:
                choice, root, explained = act, last, ""
        battle = store.reader.battle(battle_id)
        counts = store.reader.conservation()
    assert (battle.vote.id, battle.vote.choice) == (last, choice)
    assert votes_too_many([battle]) == votes_too_few([battle]) == 0
    assert (counts.started, counts.voted) == (1, 1)
    in_force = [why.text for why in battle.justifications if why.in_force]
    assert in_force == ([explained] if explained else [])
