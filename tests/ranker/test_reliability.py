"""What calibration battles say of one participant: planted voters, and intervals that hold."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from math import comb
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import bdtr, betaincinv

from ranker import rank
from ranker.intervals import exact_interval, median_interval
from ranker.reliability import Rate, Voter, reliability
from ranker.reliability_text import render
from tests.helpers.ranker_exports import battle, write_export

Voting = Callable[[dict[str, Any], random.Random], str]
"""What somebody votes on a battle; `better` of it is the slot with the better answer, or None."""


def careful(asked: dict[str, Any], _: random.Random) -> str:
    return asked["better"] or "tie"


def always_left(_: dict[str, Any], __: random.Random) -> str:
    return "a"


def a_coin(_: dict[str, Any], chance: random.Random) -> str:
    return chance.choice("ab")


def sitting(participant: str, vote: Voting, rounds: int = 10) -> list[dict[str, Any]]:
    """Ten rounds of a battle that counts, its swapped repeat, and one of each other kind."""
    chance = random.Random(participant)
    lines: list[dict[str, Any]] = []

    def one(kind: str, a: str, b: str, better: str | None, **more: Any) -> str:
        key = f"{participant}-{len(lines)}"
        choice = vote({"kind": kind, "better": better}, chance)
        ballot = {"id": f"vote-{key}", "choice": choice, "time_to_vote_ms": 1000.0 + len(lines)}
        lines.append(
            battle(
                len(lines),
                battle_id=key,
                participant=participant,
                kind=kind,
                a=a,
                b=b,
                **more,
            )
            | {"vote": ballot, "votes": [ballot]}
        )
        return key

    for n in range(rounds):
        a, b = ("ada", "bo") if n % 2 else ("bo", "ada")
        first = one("normal", a, b, "a" if a == "ada" else "b")
        one("swapped_repeat", b, a, "b" if a == "ada" else "a", repeats=first)
        one("same_system", "ada", "ada", None)
        one("same_text", "bo", "bo", None)
        one("practice", "ada", "bo", "a")
        gold = {"draw": {"state": {"known": {"gold_better": "ada"}}}}
        one("gold", a, b, "a" if a == "ada" else "b", **gold)
    return lines


def only(found: Any) -> Voter:
    (voter,) = found.voters
    return voter


def counts(rate: Rate) -> tuple[int, int]:
    return rate.count, rate.of


def voter_of(folder: Path, vote: Voting, rounds: int = 10, who: str = "p") -> Voter:
    return only(reliability([write_export(folder / "north", sitting(who, vote, rounds))]))


def test_a_careful_voter(tmp_path: Path) -> None:
    voter = voter_of(tmp_path, careful)
    assert counts(voter.same_system) == counts(voter.same_text) == (10, 10)
    assert counts(voter.repeats) == counts(voter.gold) == (10, 10)
    assert counts(voter.same_side) == (0, 0)
    assert math.isnan(voter.same_side.part)
    assert counts(voter.left) == (15, 30)
    assert voter.left.low < 0.5 < voter.left.high
    assert voter.gold.low == pytest.approx(0.025 ** (1 / 10))
    assert voter.gold.high == 1
    assert (voter.votes, voter.cannot_judge) == (50, 0)


def test_one_who_always_votes_left(tmp_path: Path) -> None:
    voter = voter_of(tmp_path, always_left)
    assert counts(voter.same_system) == counts(voter.same_text) == (0, 10)
    assert counts(voter.repeats) == (0, 10)  # never the same answer twice
    assert counts(voter.same_side) == (10, 10)  # always the same side
    assert counts(voter.gold) == (5, 10)
    assert counts(voter.left) == (50, 50)
    assert voter.left.low > 0.9


def test_a_coin(tmp_path: Path) -> None:
    voter = voter_of(tmp_path, a_coin, rounds=60, who="toss")
    assert voter.same_text.part == 0
    for rate in (voter.repeats, voter.same_side, voter.gold, voter.left):
        assert rate.low < 0.5 < rate.high
        assert rate.high - rate.low < 0.5


def test_a_tie_again_is_agreement_and_both_bad_is_no_preference_either(tmp_path: Path) -> None:
    first, again = sitting("p", careful, 1)[:2]
    first["vote"]["choice"], again["vote"]["choice"] = "tie", "both_bad"
    voter = only(reliability([write_export(tmp_path / "north", [first, again])]))
    assert counts(voter.repeats) == (1, 1)


def test_who_cannot_judge_is_counted_and_in_no_rate(tmp_path: Path) -> None:
    voter = voter_of(tmp_path, lambda *_: "cannot_judge", 1)
    assert (voter.votes, voter.cannot_judge) == (5, 5)
    rates = (voter.same_system, voter.same_text, voter.repeats, voter.gold, voter.left)
    assert [counts(rate) for rate in rates] == [(0, 0)] * 5
    assert voter.time.of == 5


def test_nothing_of_a_calibration_battle_enters_a_leaderboard(tmp_path: Path) -> None:
    """Planted: every vote beside the normal ones says that bo is better."""
    lines = sitting("p", careful)
    for line in lines:
        if line["kind"] != "normal":
            line["vote"]["choice"] = "b" if line["b"]["system"] == "bo" else "a"
    board = rank([write_export(tmp_path / "north", lines)])
    assert board.n_votes == 10
    (pair,) = board.pairs
    assert (pair.first, pair.wins, pair.losses, pair.ties) == ("ada", 10, 0, 0)
    assert {left.rule: left.count for left in board.exclusions} == {
        f"kind {kind}": 10
        for kind in ("swapped_repeat", "same_system", "same_text", "practice", "gold")
    }


def test_every_battle_is_used_or_named(tmp_path: Path) -> None:
    lines = [
        *sitting("p", careful, 2),
        *sitting("q", a_coin, 2),
        battle(900, state="failed", choice=None),
        battle(901, simulated=True),
        battle(902, participant=None),
        battle(903, choice="model_a"),
        b"{\n",
    ]
    for line in lines[:3]:
        line["participant"] = "q"
    found = reliability([write_export(tmp_path / "north", lines)])
    rules = {left.rule: left.count for left in found.exclusions}
    assert rules == {
        "state failed": 1,
        "simulated": 1,
        "no participant": 1,
        "unknown label": 1,
        "malformed line": 1,
        "kind practice": 4,
    }
    assert found.n_seen == sum(voter.votes for voter in found.voters) + sum(rules.values())
    assert [voter.participant for voter in found.voters] == ["p", "q"]
    with_simulated = reliability([tmp_path / "north"], include_simulated=True)
    assert sum(v.votes for v in with_simulated.voters) == sum(v.votes for v in found.voters) + 1


def test_who_changes_a_vote_later_has_not_judged_slowly(tmp_path: Path) -> None:
    lines = sitting("p", careful, 1)
    first = [line["vote"]["time_to_vote_ms"] for line in lines if line["kind"] != "practice"]
    for line in lines:
        changed = {"id": f"later-{line['battle_id']}", "choice": "tie", "time_to_vote_ms": 90_000.0}
        line["votes"].append({**changed, "supersedes": line["vote"]["id"]})
        line["vote"] = line["votes"][-1]
    voter = only(reliability([write_export(tmp_path / "north", lines)]))
    assert (voter.time.of, voter.time.median_ms) == (5, median(first))


def test_a_repeat_without_its_first_vote_is_said(tmp_path: Path) -> None:
    first, again, *_ = sitting("p", careful, 1)
    folder = write_export(tmp_path / "north", [again])
    found = reliability([folder])
    assert counts(only(found).repeats) == (0, 0)
    assert found.notices == ("1 repeated without their first vote in these exports.",)
    south = write_export(tmp_path / "south", [first])
    assert counts(only(reliability([folder, south])).repeats) == (1, 1)


def test_a_code_at_two_stations_is_two_people(tmp_path: Path) -> None:
    south = [
        line | {"station": "south", "battle_id": f"s{n}"}
        for n, line in enumerate(sitting("p", careful, 1))
    ]
    found = reliability([write_export(tmp_path / "x", [*sitting("p", careful, 1), *south])])
    assert [(voter.station, voter.votes) for voter in found.voters] == [("north", 5), ("south", 5)]


def test_what_is_printed_and_what_programs_get(tmp_path: Path) -> None:
    lines = [*sitting("01a2-first", careful), *sitting("01a2-other", always_left, 1)]
    found = reliability([write_export(tmp_path / "north", lines)])
    text = render(found)
    assert "…-first" in text
    assert "100 % (69–100) of 10" in text
    assert "2 participants, each by itself." in text
    assert "11 practice battles" in text
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["voters"][0]["same_side"]["part"] is None
    assert told["voters"][1]["time"]["high_ms"] == "inf"  # five votes are too few
    assert told["voters"][0]["repeats"]["of"] == 10
    assert render(reliability([write_export(tmp_path / "none", [])])).startswith("0 participants")


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_exact_intervals_are_those_of_the_beta_distribution(count, more, confidence):
    of, tail = count + more, (1 - confidence) / 2
    low, high = exact_interval(count, of, confidence)
    assert low == pytest.approx(betaincinv(count, more + 1, tail) if count else 0, abs=1e-9)
    assert high == pytest.approx(betaincinv(count + 1, more, 1 - tail) if more else 1, abs=1e-9)


@pytest.mark.parametrize("of", [1, 2, 3, 5, 12])
def test_exact_intervals_hold_every_truth_as_often_as_they_say(of):
    intervals = [exact_interval(count, of, 0.95) for count in range(of + 1)]
    for rate in (k / 200 for k in range(1, 200)):
        held = [
            comb(of, n) * rate**n * (1 - rate) ** (of - n)
            for n, (low, high) in enumerate(intervals)
            if low <= rate <= high
        ]
        assert sum(held) >= 0.95 - 1e-9


@given(st.integers(1, 40))
def test_the_interval_of_a_median_is_two_of_the_values_as_far_out_as_they_must_be(n):
    median, low, high = median_interval([float(k) for k in range(1, n + 1)], 0.95)
    assert median == (n + 1) / 2
    out = int(low) if math.isfinite(low) else 0
    assert (bdtr(out - 1, n, 0.5) if out else 0) <= 0.025 < bdtr(out, n, 0.5)
    assert math.isinf(high) if out == 0 else high == n + 1 - out


def test_no_time_at_all_has_no_median():
    assert all(math.isnan(value) for value in median_interval([], 0.95))
