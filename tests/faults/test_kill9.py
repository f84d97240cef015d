"""kill -9 at random moments of recording and voting."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.kill_voters import Tally
from tests.helpers.voting import Sitting, open_test_store, votes_too_many, votes_without_take

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "kills", [50, pytest.param(2_000, marks=pytest.mark.full)], ids="{}-kills".format
)
def test_what_was_acknowledged_is_there_once_with_its_take(tmp_path: Path, kills: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.kill_voters", tmp_path, str(kills), "20261122"],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    tally = Tally(**json.loads(done.stdout))
    assert tally.kills == kills
    assert tally.acknowledged > kills / 2
    assert tally.battles_abandoned > kills / 4
    assert tally.recordings_put_aside > 0
    assert (tally.lost, tally.duplicated, tally.without_take, tally.broken_chains) == (0, 0, 0, 0)


def test_a_vote_counted_twice_is_told_beside_one_that_is_lost(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        for _ in range(2):
            sitting.voted_battle()
        one, other = store.reader.battles()
    assert votes_too_many([one, other]) == 0
    twice, lost = replace(one, votes=one.votes * 2), replace(other, votes=())
    assert votes_too_many([twice, lost]) == 1
    assert votes_too_many([replace(one, state="open"), other]) == 1


def test_a_vote_is_told_whose_take_has_no_row(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        for _ in range(2):
            sitting.voted_battle()
        one, other = store.reader.battles()
    assert votes_without_take([one, other]) == 0
    assert votes_without_take([replace(one, turns=()), other]) == 1
    assert votes_without_take([replace(one, takes=()), other]) == 1
    assert votes_without_take([replace(one, takes=other.takes), other]) == 1
