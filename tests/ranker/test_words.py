"""The sentence under the board, and the board in a terminal."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import ranker
from ranker import Vote
from ranker.charts.material import Material
from ranker.charts.tables import told as told_cell
from ranker.circumstances import Circumstances
from ranker.ended import seen
from ranker.scale import NATURAL, POINTS_400
from ranker.text import leaderboard, render
from ranker.verdict import fragile_notice, percent, prior_notice, verdict, width_notice
from tests.helpers.bradley_terry import votes_from_wins, world
from tests.helpers.ranker_exports import battle, write_export


@pytest.mark.parametrize(
    ("placed", "unplaced", "level", "people", "sentence"),
    [
        ("", "", "", 0, "No vote has been counted yet."),
        ("", "ab", "", 0, "Not enough votes to compare the systems with each other."),
        ("abc", "", "", 0, "a is ahead of every other system."),
        ("abc", "", "", 3, "For three participants: a is ahead of every other system."),
        ("abc", "", "", 10, "a is ahead of every other system."),
        ("abc", "", "b", 0, "The first two cannot be told apart."),
        ("abcd", "", "bc", 0, "The first three cannot be told apart."),
        ("ab", "", "b", 0, "The two systems cannot be told apart."),
        ("abc", "", "bc", 0, "Not enough votes to say which of the three systems leads."),
        ("abcd", "", "bd", 0, "a comes first but cannot be told apart from b and d."),
        (
            "ab",
            "c",
            "b",
            0,
            "The first two cannot be told apart; not enough votes to place c.",
        ),
        (
            "abc",
            "xyz",
            "",
            1,
            "For one participant: a is ahead of every other system that can be placed; "
            "not enough votes to place x, y and z.",
        ),
    ],
)
def test_the_sentence_says_what_may_be_said(
    placed: str, unplaced: str, level: str, people: int, sentence: str
) -> None:
    assert verdict(placed, unplaced, level, people) == sentence


def test_something_is_never_called_nothing() -> None:
    assert (percent(0.0), percent(0.004), percent(0.37)) == ("0 %", "under 1 %", "37 %")


def test_the_sentences_call_systems_as_they_are_told_to_and_the_rows_by_their_names() -> None:
    votes = [
        *votes_from_wins("a", "open", 80, 20, 4),
        *votes_from_wins("apart", "the", 5, 3, 0),
    ]
    called = {"a": "The model led", "open": "a", "apart": "Votes", "the": "open"}
    board = ranker.rank(votes, call=called.__getitem__)
    assert {row.system for row in board.rows} == set(called)
    assert board.notices[0].endswith("one scale: The model led and a; Votes and open.")
    known = [
        Vote("a", "open", "model_a" if n % 4 else "model_b", participant="p") for n in range(90)
    ]
    assert ranker.rank(known, call=called.__getitem__).verdict == (
        "For one participant: The model led is ahead of every other system."
    )


def test_sentences_need_no_second_reading() -> None:
    assert fragile_notice("ada", "bo", "bo", 300, 3, 2) == (
        "Without 3 votes (1 %), or without all votes of two participants, bo would draw level with "
        "ada or pass it."
    )
    assert "has won 1 game against" in prior_notice(1)
    assert "has won 0.5 games against" in prior_notice(0.5)


def test_what_was_seen_is_said_without_a_double_negative() -> None:
    assert seen(10, 10) == "10 battles seen, all counted."
    assert seen(1_020, 600) == "1,020 battles seen, 420 of them not counted."
    shown = render(ranker.rank(votes_from_wins("ada", "bo", 5, 4, 1), bootstraps=60))
    assert "10 battles seen, all counted." in shown
    assert "“best in” is the part of the resamples in which it is above every other." in shown


def test_even_votes_tell_nothing_apart_and_lopsided_ones_do() -> None:
    even = ranker.rank(votes_from_wins("ada", "bo", 50, 48, 4))
    assert even.verdict == "The two systems cannot be told apart."
    clear = ranker.rank(votes_from_wins("ada", "bo", 80, 20, 4))
    assert clear.verdict == "ada is ahead of every other system."


def test_the_terminal_shows_doubt_beside_every_number() -> None:
    votes = [
        *votes_from_wins("ada", "bo", 50, 30, 4),
        *votes_from_wins("a-much-longer-name", "bo", 3, 0, 0),
        {"model_a": "ada", "model_b": "bo", "winner": "B"},
    ]
    shown = render(ranker.rank(votes))
    lines = shown.splitlines()
    assert lines[0] == (
        "ada is ahead of every other system that can be placed; "
        "not enough votes to place a-much-longer-name."
    )
    assert lines[1] == "87 votes, 0 participants, 0 stations."
    assert lines[2] == "Intervals: 95 %, 10,000 resamples of votes, seed 0."
    header, infinite, first, second = lines[4:8]
    named = ("Rank", "Score", "Strength", "Votes")
    ends = [header.index(word) + len(word) for word in named]
    for row, cells in (
        (infinite, ("1–3", "∞", "–", "3")),
        (first, ("1–2", "0.24", "–", "84")),
        (second, ("2–3", "−0.24", "–", "87")),
    ):
        assert [row[:end].split()[-1] for end in ends] == list(cells)
    best_in = header.index("Best in") + len("Best in")
    leads = [row[:best_in].split("  ")[-1].strip() for row in (infinite, first, second)]
    assert leads[0] == "–"
    assert sum(float(lead.removesuffix(" %")) for lead in leads[1:]) == pytest.approx(100, abs=1)
    assert "nobody knows where a-much-longer-name stands among them." in shown
    assert "−∞" in infinite
    assert infinite.endswith("never lost a point to the systems below: no upper limit")
    assert "Slot a got" in shown
    assert "Points count a win as one, a tie and “both bad” as a half." in shown
    assert "Share" not in shown
    assert "88 battles seen, 1 of them not counted." in shown
    assert "  1 unknown label, for example a vote without an id on ada and bo: winner 'B'" in shown
    assert all(line == line.rstrip() for line in lines)


def test_one_of_anything_is_one(tmp_path: Path) -> None:
    sealed = {"schema": 1, "battles": 2, "chain": {"ok": True}}
    board = ranker.rank(write_export(tmp_path / "north", [battle(0)], sealed))
    assert board.doubts == ("north: the manifest promises 2 battles, 1 is there.",)
    simulated = {"model_a": "ada", "model_b": "bo", "winner": "model_a", "simulated": True}
    board = ranker.rank(simulated, include_simulated=True)
    assert board.doubts == ("1 of 1 vote is simulated.",)
    assert render(board).startswith("Doubtful: 1 of 1 vote is simulated.\n")
    known = [Vote("ada", "bo", "model_a", participant=f"p{n}") for n in range(20)]
    board = ranker.rank([*known, Vote("ada", "bo", "model_b")])
    assert "1 vote names no participant; each counts as another person's." in board.notices


def told(people: int, *, votes: int = 10, more: int = 0) -> tuple[str, ...]:
    """Notices about three times so many participants, and `more` votes of nobody."""
    rng = np.random.default_rng(7)
    world_votes = world(np.array([0.6, 0.0, -0.6]), 0.5, 0.2, people, votes, rng)
    nobody = [Vote("system-0", "system-1", "model_a")] * more
    return ranker.rank([*world_votes, *nobody], bootstraps=100).notices


def test_of_few_people_no_width_is_told() -> None:
    assert not any("times as wide" in notice for notice in told(2))
    assert any("times as wide" in notice for notice in told(4))


def test_widths_are_told_in_the_scale_that_scores_are_shown_in() -> None:
    by_person, by_vote = 0.15, 0.10
    natural = width_notice(1.5, by_person, by_vote)
    assert "is 0.59 wide on average" in natural
    assert "0.39 if every vote stands alone: 1.50 times as wide." in natural
    points = width_notice(1.5, by_person, by_vote, scale=POINTS_400)
    assert "is 102 points wide on average" in points
    assert "68 points if every vote stands alone" in points
    votes = world(np.array([0.6, 0.0, -0.6]), 0.5, 0.2, 12, 10, np.random.default_rng(7))
    board, shown = (ranker.rank(votes, bootstraps=60, scale=x) for x in (NATURAL, POINTS_400))
    assert shown.rows == board.rows
    (said,) = (notice for notice in shown.notices if "wide on average" in notice)
    assert " points wide on average" in said


def test_people_who_seem_to_vary_less_than_votes_are_no_comfort() -> None:
    assert width_notice(0.59, 0.1, 0.17).endswith(" trust the wider.")
    assert width_notice(1.0, 0.1, 0.1).endswith("1.00 times as wide.")


def test_votes_of_nobody_are_told_among_those_of_few_people() -> None:
    assert "3 of 63 votes name no participant." in told(2, more=3)
    assert "1 of 61 votes names no participant." in told(2, more=1)
    assert not any("name no participant" in notice for notice in told(2))


def test_a_first_place_that_needs_everybody_is_not_said_to_fall_without_them() -> None:
    alone = [
        Vote("ada", "bo", "model_a" if n < 6 else "model_b", participant="p") for n in range(10)
    ]
    board = ranker.rank(alone, bootstraps=100)
    assert board.fragile is not None
    assert board.fragile.participants is None
    assert any(notice.startswith("Without 2 votes (20 %), bo") for notice in board.notices)


def test_of_what_pairs_are_resampled_the_words_say_all() -> None:
    board = ranker.rank(votes_from_wins("ada", "bo", 6, 5, 2), bootstraps=100, resample="pair")
    assert "100 resamples of votes, as many of each pair, seed 0." in render(board)
    material = Material(board, Circumstances(), (), "Earshot")
    assert material.interval == "95 % intervals resample votes, as many of each pair."


def test_what_cannot_be_compared_has_no_rank() -> None:
    votes = [*votes_from_wins("ada", "bo", 9, 4, 2), *votes_from_wins("cy", "dee", 1, 1, 0)]
    votes += votes_from_wins("bo", "eve", 3, 4, 0)
    rows = leaderboard(ranker.rank(votes, bootstraps=100)).splitlines()[1:]
    ranks = {system: rank for rank, system in (row.split()[:2] for row in rows)}
    assert ranks["cy"] == ranks["dee"] == "–"
    assert ranks["ada"][0] in "123"


def test_an_example_says_what_its_letter_is() -> None:
    vote = Vote("ada", "bo", "model_a", vote_id="01a2", simulated=True)
    (left,) = ranker.rank(vote).exclusions
    assert (left.rule, left.example) == ("simulated", "01a2: voted a")


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.004, "0.00"), (0.004, "0.00"), (0.01, "+0.01"), (-1.5, "−1.50"), (math.inf, "∞")],
)
def test_minus_nothing_is_nothing(value: float, text: str) -> None:
    assert NATURAL.signed(value) == text
    assert NATURAL.text(value) == text.removeprefix("+")
    assert told_cell(-0.0001) == "0.000"
