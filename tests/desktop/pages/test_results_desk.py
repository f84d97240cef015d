"""A board in the words of the page."""

from __future__ import annotations

import math
from dataclasses import replace

import ranker
from desktop.catalogue.catalogue import read_catalogue
from desktop.pages.results_desk import label_of, results_state, short_names
from ranker import Vote
from tests.helpers.ranker_exports import GOOD, battle, write_export
from ui.pages.results_text import part_text, reading_help


def votes(n: int, winner: str, *, people: int = 20) -> list[Vote]:
    pair = ("baseline-skills", "baseline-eliza")
    return [Vote(*pair, winner, participant=f"p{i % people}", station="s") for i in range(n)]


def state_of(sources: list[Vote]):
    catalogue = read_catalogue()
    board = ranker.rank(sources, bootstraps=200, call=lambda name: label_of(name, catalogue))
    return board, results_state(board, catalogue, includes_simulated=False)


def test_rows_and_cells_stand_in_the_order_of_the_board_with_labels():
    board, state = state_of([*votes(60, "model_a"), *votes(30, "model_b"), *votes(10, "tie")])
    assert [row.label for row in state.rows] == ["Baseline: skills", "Baseline: ELIZA"]
    assert [row.score for row in state.rows] == [row.beta for row in board.rows]
    ((own, skills), (eliza, _)) = state.cells
    assert own.points is None
    assert (skills.wins, skills.ties, skills.losses, skills.points) == (60, 10, 30, 0.65)
    assert (eliza.wins, eliza.ties, eliza.losses) == (30, 10, 60)
    assert math.isclose(eliza.points, 0.35)
    assert state.headline == (
        "100 votes, 20 participants, 1 station. The 95 % intervals resample participants."
    )
    assert state.verdict.startswith("Baseline: skills is ahead")
    assert state.exclusions == "All of the 100 battles that have ended are counted."


def test_the_headline_says_that_pairs_keep_their_sizes():
    board = ranker.rank(votes(60, "model_a"), bootstraps=100, resample="pair")
    state = results_state(board, read_catalogue(), includes_simulated=False)
    assert state.headline.endswith("The 95 % intervals resample votes, as many of each pair.")


def test_the_matrix_is_headed_by_names_that_fit():
    _, state = state_of(votes(3, "model_a"))
    assert state.short_labels == ("skills", "eliza")
    assert short_names(["a-b", "a-b-c", "a-b@2"]) == ("b", "b-c", "b@2")
    assert short_names(["gemma", "gemini"]) == ("gemma", "gemini")
    assert short_names(["alone-here"]) == ("alone-here",)


def test_what_is_so_of_every_system_is_said_once():
    board, state = state_of([*votes(3, "model_a"), *votes(2, "model_b")])
    (note,) = {row.note for row in board.rows}
    assert "no finite score in" in note
    assert [row.note for row in state.rows] == ["", ""]
    assert state.notices.count("no finite score") == 1
    _, state = state_of(votes(3, "model_a"))
    assert all(row.note for row in state.rows)


def test_both_bad_is_among_the_ties_and_half_a_point():
    _, state = state_of([*votes(6, "model_a"), *votes(3, "tie"), *votes(1, "both_bad")])
    ((_, skills), _) = state.cells
    assert (skills.wins, skills.ties, skills.losses, skills.points) == (6, 4, 0, 0.8)
    assert state.balance.startswith("The left answer gets 80.0 % of the points (")


def test_what_is_not_counted_is_said_by_rule():
    _, state = state_of([*votes(20, "model_a"), *votes(10, "model_b"), *votes(3, "cannot_judge")])
    assert state.exclusions == "Of 33 battles, 3 are not counted: 3 that nobody could judge."


def test_where_the_battles_went_is_said_before_what_is_not_counted(tmp_path):
    lines = [*GOOD, battle(20, state="failed", choice=None), battle(21, choice="cannot_judge")]
    board = ranker.rank(write_export(tmp_path / "north", lines))
    assert results_state(board, {}, includes_simulated=False).exclusions == (
        "10 battles started: 9 voted, 1 failed. Of 10 battles, 2 are not counted: 1 that nobody "
        "could judge, 1 failed."
    )


def test_one_that_is_not_counted_is_one():
    _, state = state_of([*votes(2, "model_a"), *votes(1, "cannot_judge")])
    assert state.exclusions == "Of 3 battles, 1 is not counted: 1 that nobody could judge."


def test_what_speaks_against_the_votes_is_told_apart_from_what_stands_beside_them():
    simulated = [replace(vote, simulated=True) for vote in votes(3, "model_a")]
    board = ranker.rank(simulated, include_simulated=True)
    state = results_state(board, {}, includes_simulated=True)
    assert state.doubts == "Doubtful: 3 of 3 votes are simulated."
    assert state.verdict == board.verdict
    assert state.notices == "\n".join(board.notices)


def test_without_votes_the_page_is_empty_and_says_so():
    _, state = state_of([])
    assert state.rows == ()
    assert state.verdict == "No vote has been counted yet."


def test_two_versions_of_a_system_keep_their_label():
    board, _ = state_of([*votes(20, "model_a"), *votes(10, "model_b")])
    renamed = replace(
        board, rows=tuple(replace(row, system=f"{row.system}@2") for row in board.rows), pairs=()
    )
    state = results_state(renamed, read_catalogue(), includes_simulated=False)
    assert [row.label for row in state.rows] == ["Baseline: skills 2", "Baseline: ELIZA 2"]


def test_a_system_that_cannot_be_placed_is_best_in_no_part_of_the_resamples():
    newcomer = [Vote("new", "baseline-eliza", "model_a", participant=f"p{k}") for k in range(4)]
    _, state = state_of([*votes(60, "model_a"), *votes(30, "model_b"), *newcomer])
    best_in = {row.label: row.best_in for row in state.rows}
    assert math.isnan(best_in.pop("new"))
    assert best_in["Baseline: skills"] > 0.9
    assert "nobody knows where new stands among them" in state.notices
    cells = {row.label: part_text(row.best_in) for row in state.rows}
    assert cells["new"] == "–"
    assert "above every other that can be placed." in reading_help(state.rows, drawn=True)
