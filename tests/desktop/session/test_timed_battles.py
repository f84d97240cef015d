"""What the program waits for and paints, audited: issue 3, line 2, on real sessions."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from ranker.audit.material import gather
from tests.helpers.timed_battles import MINIMUM_WAIT_MS, audited, named

POINTS = 0.03


@pytest.mark.local
@pytest.mark.parametrize("minimum_wait_ms", [0, MINIMUM_WAIT_MS])
def test_sides_are_equal_and_the_minimum_holds_for_every_pair(
    tmp_path: Path, minimum_wait_ms: int
) -> None:
    report = audited(tmp_path, 60, minimum_wait_ms=minimum_wait_ms)
    side = report.figure("slot").score
    assert side is not None
    assert side.n == 60
    assert not side.leaks
    assert abs(side.accuracy - 0.5) < 2 * POINTS
    waits: dict[frozenset[str], list[float]] = {}
    for turn in gather([tmp_path / "station-0" / "export"], include_simulated=True).exchanges:
        waits.setdefault(frozenset((turn.a.system, turn.b.system)), []).append(turn.wait_ms)
    quicker = median(waits[frozenset(("quick", "middle"))])
    slower = median(waits[frozenset(("quick", "slow"))])
    if minimum_wait_ms:
        assert min(min(of_pair) for of_pair in waits.values()) >= minimum_wait_ms
        assert abs(quicker - slower) < 20
    else:
        assert quicker + 30 < slower, "systems whose speed cannot be told prove nothing"


@pytest.mark.full
def test_two_thousand_battles_give_nothing_away(tmp_path: Path) -> None:
    """Which side, always; which pair and whether one system stands twice, with a minimum wait."""
    bare = audited(tmp_path / "bare", 2_000, minimum_wait_ms=0)
    assert abs(named(bare)["slot"]) < POINTS
    for name in ("pair", "kind"):
        score = bare.figure(name).score
        assert score is not None
        assert score.leaks, "the meter must see what there is to see"
    hidden = audited(tmp_path / "hidden", 2_000, minimum_wait_ms=MINIMUM_WAIT_MS)
    beyond = named(hidden)
    assert abs(beyond["slot"]) < POINTS
    assert abs(beyond["pair"]) < POINTS
    assert not any(hidden.figure(name).score.leaks for name in ("slot", "pair", "kind"))
