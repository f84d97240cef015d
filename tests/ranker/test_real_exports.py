"""From real databases through the real export to a board: two stations, one of them twice."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import ranker
from local_db.export import export
from tests.helpers.voting import Sitting, open_test_store


def test_votes_of_two_stations_are_all_accounted_for(tmp_path: Path) -> None:
    exports = []
    with closing(open_test_store(tmp_path / "north")) as store:
        takes = tmp_path / "north" / "takes"
        sitting = Sitting(store, takes)
        for choice in ("a", "a", "tie", "both_bad", "b", "cannot_judge"):
            sitting.voted_battle(choice)
        early = sitting.voted_battle("b")
        store.end_battle(sitting.ready_battle(), "skipped", "the participant went on")
        export(store.path, takes, tmp_path / "north-monday")
        vote = vote_of(tmp_path / "north-monday", early)
        sitting.vote(early, "a", supersedes=vote)
        sitting.ready_battle()  # still open: not in an export
        export(store.path, takes, tmp_path / "north-friday")
        exports += [tmp_path / "north-monday", tmp_path / "north-friday"]
    with closing(open_test_store(tmp_path / "south")) as store:
        takes = tmp_path / "south" / "takes"
        Sitting(store, takes).voted_battle("a")
        Sitting(store, takes, simulated=True).voted_battle("b")
        export(store.path, takes, tmp_path / "south-friday")
        exports.append(tmp_path / "south-friday")

    board = ranker.rank(exports)
    assert board == ranker.rank(exports[::-1])
    assert {left.rule: left.count for left in board.exclusions} == {
        "cannot judge": 1,
        "duplicate": 7,
        "earlier copy": 1,
        "simulated": 1,
        "state skipped": 1,
    }
    assert (board.n_seen, board.n_votes) == (18, 7)
    assert (board.n_participants, board.n_stations) == (2, 2)
    (pair,) = board.pairs
    assert (pair.first, pair.second) == ("system-a", "system-b")
    assert (pair.wins, pair.ties, pair.both_bad, pair.losses) == (4, 1, 1, 1)
    assert ranker.rank(exports, include_simulated=True).n_simulated == 1
    assert board.doubts == ()


def vote_of(folder: Path, battle_id: str) -> str:
    """The key of a battle's vote, from the export."""
    lines = map(json.loads, (folder / "battles.jsonl").read_text("utf-8").splitlines())
    (vote,) = (line["vote"]["id"] for line in lines if line["battle_id"] == battle_id)
    return str(vote)
