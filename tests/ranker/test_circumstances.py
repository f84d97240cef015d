"""What surrounds the votes: counted from exports, with the names of the board."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ranker
from ranker.charts.calendar import MOST_BARS, bars_of
from ranker.circumstances import Circumstances, circumstances_of
from ranker.contexts import in_context
from tests.helpers.ranker_exports import battle, write_export


def around(folder: Path, *lines: Any, **more: Any) -> Circumstances:
    export = write_export(folder / "north", lines)
    battles, _ = in_context([export], include_simulated=False, problems=[])
    return circumstances_of(battles, **{"by_person": True, "bootstraps": 200} | more)


def judged(number: int, reasons: object, **more: Any) -> dict[str, Any]:
    line = battle(number, **more)
    return line | {"vote": {**line["vote"], "judged": {"reasons": reasons}}}


def test_days_slots_and_pairs_are_those_of_the_votes_that_count(tmp_path: Path) -> None:
    found = around(
        tmp_path,
        battle(1, started_utc="2025-01-02T23:59:00Z"),
        battle(2, started_utc="2025-01-01T08:00:00Z", a="bo", b="ada"),
        battle(3, started_utc="2025-01-02T01:00:00Z"),
        battle(4, started_utc=None),
        battle(5, state="skipped", choice=None),
    )
    assert found.days == (("2025-01-01", 1), ("2025-01-02", 2))
    assert found.undated == 1
    assert found.ordered == (("ada", "bo", 3), ("bo", "ada", 1))


def test_reasons_are_counted_by_the_system_they_were_given_for(tmp_path: Path) -> None:
    found = around(
        tmp_path,
        judged(1, {"a": ["accuracy", "accuracy"], "b": ["form"]}),
        judged(2, {"a": ["accuracy"]}, a="bo", b="ada"),
        judged(3, {"a": ["of its own"], "b": 7}),
        judged(4, "nonsense"),
        battle(5),
    )
    ada, bo = found.reasons
    assert (ada.system, ada.judged, dict(ada.counts)["accuracy"]) == ("ada", 2, 1)
    assert dict(ada.counts)["of its own"] == 1
    assert (bo.judged, dict(bo.counts)["accuracy"], dict(bo.counts)["form"]) == (2, 1, 1)


def test_the_slot_of_all_votes_is_the_boards_where_two_systems_are_all(tmp_path: Path) -> None:
    lines = [battle(k, choice="a" if k % 3 else "b") for k in range(60)]
    found = around(tmp_path, *lines, bootstraps=4000)
    slot = ranker.rank([tmp_path / "north"], bootstraps=4000).slot
    assert slot is not None
    for _, own in found.slots:
        assert own.points == pytest.approx(slot.points)
        assert (own.low, own.high) == pytest.approx((slot.low, slot.high), abs=0.02)


def test_nothing_surrounds_nothing(tmp_path: Path) -> None:
    assert around(tmp_path) == Circumstances()


@pytest.mark.parametrize(
    ("days", "unit", "n"),
    [
        (["2025-01-31", "2025-02-02"], "day", 3),
        (["2025-01-01", "2025-03-01"], "week", 9),
        (["2020-12-31", "2025-01-01"], "month", 50),
        (["no date", "2025-01-01"], "day", 1),
        (["no date"], "day", 0),
    ],
)
def test_time_is_cut_as_finely_as_fits_and_holds_every_vote(
    days: list[str], unit: str, n: int
) -> None:
    found, bars = bars_of([(day, 2) for day in days])
    assert (found, len(bars)) == (unit, n)
    assert sum(votes for _, votes in bars) == 2 * len([day for day in days if day[0] == "2"])
    assert unit == "month" or len(bars) <= MOST_BARS
