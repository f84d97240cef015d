"""Boards by language, topic, group: the same votes, sorted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranker
from ranker.contexts import in_context
from ranker.contextual import NoEffects
from ranker.propensity import weighted
from ranker.slices import NoSuchColumn, Sliced, caution, rank_by, summary
from tests.helpers.ranker_exports import battle, write_export


def line(number: int, language: str | None, choice: str, **changes: Any) -> dict[str, Any]:
    known = {"language_said": language, "snr_db": 25.0 if number % 2 else 4.0}
    return battle(number, choice=choice, covariates=known, **changes)


def station(folder: Path) -> Path:
    """Thai speakers prefer bo, English ones ada; three spoke Isan, of one nobody knows."""
    lines = [line(k, "th", "b" if k % 4 else "a") for k in range(60)]
    lines += [line(100 + k, "en", "a" if k % 4 else "b") for k in range(80)]
    lines += [line(300 + k, "isan", "a") for k in range(3)]
    return write_export(folder, [*lines, line(400, None, "tie")])


def test_each_slice_has_a_board_of_its_own(tmp_path: Path) -> None:
    sliced = rank_by(station(tmp_path / "north"), "language", bootstraps=400)
    assert list(sliced.boards) == ["en", "th"]
    assert sliced.boards["en"].rows[0].system == "ada"
    assert sliced.boards["th"].rows[0].system == "bo"
    assert [board.n_votes for board in sliced.boards.values()] == [80, 60]
    assert (sliced.small, sliced.unknown) == ({"isan": 3}, 1)
    assert summary(sliced) == "Too few to rank: isan (3 votes), not known (1 vote)."
    assert caution(sliced).startswith("language: 2 boards, each by itself.")
    assert not caution(replace(sliced, boards={"en": sliced.boards["en"]}))
    everything = ranker.rank(tmp_path / "north", bootstraps=400)
    counted = sum(board.n_votes for board in sliced.boards.values())
    assert counted + sum(sliced.small.values()) + sliced.unknown == everything.n_votes


def test_noise_comes_in_bands(tmp_path: Path) -> None:
    sliced = rank_by(station(tmp_path / "north"), "noise", bootstraps=400)
    assert list(sliced.boards) == ["20 to 30 dB", "under 10 dB"]


@pytest.mark.parametrize("key", ["battle_id", "participant"])
def test_labels_from_a_file_sort_too(tmp_path: Path, key: str) -> None:
    folder = station(tmp_path / "north")
    rows = [f"battle-{k},{'travel' if k < 30 else 'cooking'}" for k in range(60)]
    if key == "participant":
        rows = [f"p{k},{'students' if k < 10 else 'staff'}" for k in range(20)]
    labels = tmp_path / "labels.csv"
    labels.write_text(f"{key},topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    sliced = rank_by(folder, "topic", labels=labels, bootstraps=400, fewest=20)
    expected = {"cooking": 30, "travel": 30}
    if key == "participant":
        expected = {"staff": 70, "students": 74}
    assert {value: board.n_votes for value, board in sliced.boards.items()} == expected


def test_a_column_of_plain_votes_sorts_them() -> None:
    votes = [
        {"model_a": "ada", "model_b": "bo", "winner": w, "topic": topic}
        for topic, winners in (("travel", ["model_a"] * 3), ("cooking", ["model_b"] * 2))
        for w in winners
    ]
    sliced = rank_by(votes, "topic", bootstraps=400, fewest=1)
    assert {value: board.n_votes for value, board in sliced.boards.items()} == {
        "cooking": 2, "travel": 3,
    }  # fmt: skip


def test_a_column_that_nobody_has_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchColumn, match=r"No vote has 'mood'. There are: .*language, noise"):
        rank_by(station(tmp_path / "north"), "mood")
    labels = tmp_path / "topics.csv"
    labels.write_text("participant,topic\np1,travel\n", encoding="utf-8")
    with pytest.raises(NoSuchColumn) as found:
        rank_by(tmp_path / "north", "mood", labels=labels)
    offered = str(found.value).rpartition("There are: ")[2].removesuffix(".").split(", ")
    assert offered == ["day", "language", "noise", "participant", "station", "study", "topic"]
    empty = tmp_path / "labels.csv"
    empty.write_text("mood\nhappy\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column battle_id"):
        rank_by(tmp_path / "north", "mood", labels=empty)


def test_labels_that_say_two_things_of_one_participant_are_refused(tmp_path: Path) -> None:
    folder, labels = station(tmp_path / "north"), tmp_path / "labels.csv"
    labels.write_text("participant,group\np1,students\np1,staff\n", encoding="utf-8")
    with pytest.raises(ValueError, match="says two things of participant 'p1': leave one"):
        rank_by(folder, "group", labels=labels)
    labels.write_text("participant,group\np1,students\np1,students\n", encoding="utf-8")
    assert rank_by(folder, "group", labels=labels, bootstraps=400).small == {"students": 8}


def test_what_is_said_of_a_battle_is_not_said_of_its_participant(tmp_path: Path) -> None:
    folder, labels = station(tmp_path / "north"), tmp_path / "labels.csv"
    rows = "battle_id,participant,topic\nbattle-1,p1,travel\nbattle-21,p1,cooking\n,p2,games\n"
    labels.write_text(rows, encoding="utf-8")
    found = rank_by(folder, "topic", labels=labels, bootstraps=400)
    assert found.small == {"cooking": 1, "games": 8, "travel": 1}


def test_a_hundred_small_slices_are_not_named_one_by_one() -> None:
    small = {f"p{k:03}": 1 + (k < 12) for k in range(112)}
    said = summary(Sliced("participant", {}, small, 0))
    assert said.startswith("Too few to rank: p000 (2 votes), p001 (2 votes), ")
    assert said.endswith("p011 (2 votes), 100 others (100 votes).")


def test_weights_give_what_even_drawing_would_have_given(tmp_path: Path) -> None:
    """No Bradley-Terry model fits a circle: scores then depend on which pairs were drawn."""
    rng = np.random.default_rng(0)
    systems = ["ada", "bo", "cy"]
    chance = {("ada", "bo"): 0.7, ("bo", "cy"): 0.7, ("ada", "cy"): 0.4}
    drawn = {("ada", "bo"): 0.8, ("bo", "cy"): 0.1, ("ada", "cy"): 0.1}

    def station_of(name: str, parts: dict[tuple[str, str], float]) -> Path:
        lines = []
        for k in range(6000):
            pair = list(parts)[rng.choice(3, p=list(parts.values()))]
            first = rng.random() < chance[pair]
            swap = bool(rng.random() < 0.5)
            a, b = pair[::-1] if swap else pair
            choice = "a" if first != swap else "b"
            draw = {"probability": parts[pair] / 2}
            lines.append(battle(k, a=a, b=b, choice=choice, draw=draw))
        return write_export(tmp_path / name, lines)

    def plain(folder: Path) -> list[float]:
        rows = {row.system: row.beta for row in ranker.rank(folder, bootstraps=400).rows}
        return [rows[system] for system in systems]

    even = plain(station_of("even", dict.fromkeys(chance, 1 / 3)))
    adaptive = station_of("adaptive", drawn)
    battles, _ = in_context([adaptive], include_simulated=False, problems=[])
    found = weighted(battles)
    scores = [found.scores[system][0] for system in systems]
    np.testing.assert_allclose(scores, even, atol=0.12)
    assert np.abs(np.array(plain(adaptive)) - even).max() > 0.2, "the reason for the weights"
    for score, low, high in found.scores.values():
        assert low < score < high
    assert 2000 < found.effective < 4000
    assert found.n_votes == 6000


def test_votes_that_cannot_be_weighed_say_why(tmp_path: Path) -> None:
    def of(*lines: dict[str, Any]) -> Path:
        return write_export(tmp_path / str(len(lines)), lines)

    def told(folder: Path) -> str:
        battles, _ = in_context([folder], include_simulated=False, problems=[])
        with pytest.raises(NoEffects) as found:
            weighted(battles)
        return str(found.value)

    assert told(of(battle(1), battle(2, choice="b"))) == (
        "No vote says with which probability its pair was drawn, so nothing can be weighed."
    )
    assert told(of(battle(1, draw={"probability": 0.5}))) == (
        "Votes whose probability was logged (1) do not tie all systems together, so they cannot "
        "be weighed."
    )
