"""The same battle in several exports: counted once, as it stood last, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ranker
from ranker.copies import latest, tells_less
from ranker.votes import Battle, System
from tests.helpers.ranker_exports import GOOD, battle, example, rank_lines, rules, write_export


def test_an_export_given_twice_counts_once(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    board = ranker.rank([folder, folder, str(folder)])
    assert rules(board) == {"duplicate": 16}
    assert board.rows == ranker.rank(folder).rows


@pytest.mark.parametrize(
    "other",
    [
        {"choice": "tie"},
        {"b": "cy"},
        {"participant": "somebody else"},
        {"simulated": True},
        {"state": "skipped"},
        {"state": "open", "choice": None, "b": "cy"},
        {"a": {"system": "ada", "version": "2"}},
    ],
)
def test_two_stories_about_one_battle_are_both_set_aside(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    south = write_export(tmp_path / "south", [battle(1, **other), battle(50)])
    board = ranker.rank([write_export(tmp_path / "north", GOOD), south])
    assert rules(board) == {"conflicting copies": 2}
    assert example(board, "conflicting copies") == "battle-1"
    assert board.n_votes == 8
    (doubt,) = board.doubts
    assert doubt.startswith(
        "2 copies of battles contradict each other, for example of battle-1, and none of these"
    )


def test_a_later_export_of_the_same_battle_replaces_the_earlier_one(tmp_path: Path) -> None:
    def voted(*choices: str) -> dict[str, Any]:
        votes = [{"id": f"v{k}", "choice": choice} for k, choice in enumerate(choices)]
        return battle(1, vote=votes[-1], votes=votes)

    days = [
        write_export(tmp_path / f"day-{day}", [line])
        for day, line in enumerate(
            [battle(1, choice=None, state="open"), voted("a"), voted("a", "b"), voted("a", "b")]
        )
    ]
    for order in (days, days[::-1], [days[2], days[0], days[1], days[3]]):
        board = ranker.rank(order)
        assert rules(board) == {"duplicate": 1, "earlier copy": 2}
        (pair,) = board.pairs
        assert (pair.first, pair.wins, pair.losses) == ("bo", 1, 0)


def test_a_correction_of_another_vote_is_another_story(tmp_path: Path) -> None:
    def voted(*ids: str) -> dict[str, Any]:
        votes = [{"id": vote_id, "choice": "a"} for vote_id in ids]
        return battle(1, vote=votes[-1], votes=votes)

    lines = [voted("v0"), voted("vx", "v1")]
    assert rules(rank_lines(tmp_path, battle(50))) == {}
    board = ranker.rank(write_export(tmp_path / "odd", [*lines, battle(50)]))
    assert rules(board) == {"conflicting copies": 2}


def test_whoever_withdrew_in_any_export_is_out(tmp_path: Path) -> None:
    days = [
        write_export(tmp_path / "before", GOOD),
        write_export(tmp_path / "after", [battle(1, state="withdrawn", choice=None)]),
    ]
    for order in (days, days[::-1]):
        board = ranker.rank(order)
        assert rules(board) == {"earlier copy": 1, "state withdrawn": 1}
        assert board.n_votes == 7


FULL = Battle(
    "b1", "north", "quick", "p1", False, "normal", "voted",
    System("ada", "1", "f" * 64), System("bo", "2", "e" * 64), "a", ("v0", "v1"), None, None, 812.0,
)  # fmt: skip
PLAIN = FULL._replace(a=System("ada"), b=System("bo"), vote_ids=(), time_to_vote_ms=None)


@pytest.mark.parametrize(
    "plain",
    [
        PLAIN,
        PLAIN._replace(vote_ids=("b1 vote",)),
        PLAIN._replace(participant=None, station=None, study=None),
        PLAIN._replace(a=System("ada 1"), b=System(f"bo 2 {'e' * 8}")),
    ],
)
def test_a_copy_that_tells_the_same_in_fewer_words_is_a_duplicate(plain: Battle) -> None:
    assert tells_less(plain, FULL)
    assert not tells_less(FULL, plain)
    assert latest({plain, FULL}) == FULL
    earlier = FULL._replace(vote_ids=("v0",), choice="b")
    assert latest({plain, earlier, FULL}) == FULL
    assert latest({plain, plain._replace(study=None), FULL}) == FULL


@pytest.mark.parametrize(
    "other",
    [
        PLAIN._replace(choice="b"),
        PLAIN._replace(participant="p2"),
        PLAIN._replace(a=System("bo"), b=System("ada")),
        PLAIN._replace(a=System("ada 2")),
        PLAIN._replace(a=System("ada", "2")),
        PLAIN._replace(simulated=True),
        PLAIN._replace(vote_ids=("v2",)),
    ],
)
def test_a_copy_with_fewer_words_that_contradicts_is_another_story(other: Battle) -> None:
    assert not tells_less(other, FULL)
    assert latest({other, FULL}) is None


def test_of_two_that_know_different_things_neither_is_the_fuller() -> None:
    one, other = PLAIN._replace(study=None), PLAIN._replace(participant=None)
    assert latest({one, other}) is None
    assert latest({one, other, PLAIN}) == PLAIN
