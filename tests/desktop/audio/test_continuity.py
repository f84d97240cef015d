"""Missing samples are found; late ones, and clocks that differ a little, are not missing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.audio.continuity import judge

RATE_HZ = 48_000
BLOCK = 1_200
BLOCK_MS = 25.0


def arrivals(
    blocks: int, *, late_ms: list[float] | None = None, speed: float = 1.0
) -> list[tuple[int, int]]:
    """Blocks of 25 ms, each late by so much; a block never overtakes another."""
    late = np.zeros(blocks) if late_ms is None else np.resize(late_ms, blocks)
    times_ms = np.maximum.accumulate(np.arange(1, blocks + 1) * BLOCK_MS / speed + late)
    frames = np.arange(1, blocks + 1) * BLOCK
    return list(zip((times_ms * 1e6).astype(int).tolist(), frames.tolist(), strict=True))


def lose(stamps: list[tuple[int, int]], at_block: int, missing_ms: float) -> list[tuple[int, int]]:
    """Everything after a block comes later, because what was in between never came."""
    shift = round(missing_ms * 1e6)
    return [
        (time_ns + (shift if number >= at_block else 0), frames)
        for number, (time_ns, frames) in enumerate(stamps)
    ]


def lost_share(stamps: list[tuple[int, int]], start: int = 0) -> float:
    end = stamps[-1][1]
    return 1 - (end - start) / judge(stamps, RATE_HZ, start, end).frames_expected


@given(st.lists(st.floats(0, 400), min_size=1, max_size=60), st.floats(0.999, 1.001))
@settings(max_examples=200)
def test_blocks_that_come_late_are_no_loss(late_ms: list[float], speed: float) -> None:
    stamps = arrivals(400, late_ms=np.resize(late_ms, 370).tolist() + [0.0] * 30, speed=speed)
    assert lost_share(stamps) <= 0.01


@given(
    st.integers(5, 180),
    st.floats(60, 3_000),
    st.lists(st.floats(0, 20), min_size=1, max_size=30),
)
@settings(max_examples=200)
def test_a_loss_is_found_where_it_is(at: int, missing_ms: float, jitter_ms: list[float]) -> None:
    stamps = lose(arrivals(200, late_ms=[*jitter_ms, 0.0]), at, missing_ms)
    verdict = judge(stamps, RATE_HZ, 0, stamps[-1][1])
    found_ms = (verdict.frames_expected - stamps[-1][1]) * 1000 / RATE_HZ
    assert found_ms == pytest.approx(missing_ms, abs=45)
    greatest = max(verdict.gaps, key=lambda gap: gap.missing_ms)
    assert greatest.at_ms == pytest.approx(at * BLOCK_MS, abs=31 * BLOCK_MS)


def test_several_losses_make_several_gaps() -> None:
    late_ms = [0.0] * 80 + [300.0] + [0.0] * 119  # and one block that is only late
    stamps = lose(lose(arrivals(200, late_ms=late_ms), 50, 100.0), 120, 200.0)
    gaps = judge(stamps, RATE_HZ, 0, stamps[-1][1]).gaps
    assert [round(gap.at_ms) for gap in gaps] == [1250, 3000]
    assert [round(gap.missing_ms) for gap in gaps] == [100, 200]


def test_a_slow_leak_is_found() -> None:
    stamps = arrivals(400)
    for block in range(10, 390, 5):
        stamps = lose(stamps, block, 3.0)
    assert lost_share(stamps) == pytest.approx(0.022, abs=0.003)


def test_a_server_that_changes_its_buffering_loses_nothing() -> None:
    assert lost_share(lose(arrivals(200), 100, 20.0)) == 0.0


def test_a_loss_before_the_take_is_not_the_takes() -> None:
    stamps = lose(arrivals(200), 10, 500.0)
    verdict = judge(stamps, RATE_HZ, 20 * BLOCK, 200 * BLOCK)
    assert verdict.gaps == ()
    assert verdict.frames_expected == 180 * BLOCK


def test_nearly_everything_lost_is_nearly_everything() -> None:
    stamps = list(itertools.accumulate(range(20), lambda s, _: (s[0] + 300_000_000, s[1] + 300),
                                       initial=(0, 0)))  # fmt: skip
    assert lost_share(stamps) > 0.95


@pytest.mark.parametrize("blocks", [0, 1])
def test_too_few_blocks_to_tell(blocks: int) -> None:
    assert judge(arrivals(blocks), RATE_HZ, 0, 100).frames_expected == 100
