"""Votes that come without an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ranker
from tests.helpers.ranker_exports import GOOD, rules, write_export


@pytest.mark.parametrize(
    ("vote", "rule"),
    [
        ({"winner": "Model_A"}, "unknown label"),
        ({"winner": "a"}, "unknown label"),
        ({"winner": "TIE"}, "unknown label"),
        ({"winner": None}, "missing winner"),
        ({"winner": float("nan")}, "missing winner"),
        ({"winner": ""}, "missing winner"),
        ({"winner": 1}, "malformed vote"),
        ({"model_a": "bo"}, "self-play"),
        ({"model_a": None}, "malformed vote"),
        ({"simulated": True}, "simulated"),
        ({"winner": "cannot_judge"}, "cannot judge"),
    ],
)
def test_plain_votes_are_read_strictly(vote: dict[str, Any], rule: str) -> None:
    good = {"model_a": "ada", "model_b": "bo", "winner": "model_a"}
    board = ranker.rank([good, good | vote])
    assert rules(board) == {rule: 1}
    assert board.n_votes == 1


def test_every_winner_of_the_field_is_understood() -> None:
    winners = ["model_a", "model_b", "tie", "both_bad", "tie (bothbad)"]
    board = ranker.rank(ranker.Vote("ada", "bo", winner) for winner in winners)
    (pair,) = board.pairs
    assert (pair.wins, pair.losses, pair.ties, pair.both_bad) == (1, 1, 1, 2)
    assert pair.points == 0.5


def test_plain_votes_with_one_id_are_one_vote_or_none() -> None:
    vote = ranker.Vote("ada", "bo", "model_a", vote_id="v1")
    turned = ranker.Vote("ada", "bo", "model_b", vote_id="v1")
    assert rules(ranker.rank([vote, vote])) == {"duplicate": 1}
    assert rules(ranker.rank([vote, turned, vote])) == {"conflicting copies": 3}


def test_folders_and_plain_votes_mix_but_a_version_is_not_guessed(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    board = ranker.rank([folder, ranker.Vote("bo", "cy", "tie")])
    assert board.n_votes == 9
    votes = {row.system: row.votes for row in board.rows}
    assert votes == {"ada": 8, "bo@1": 8, "bo@unknown": 1, "cy": 1}
