"""Counting in samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.audio.facts import Samples, measure
from desktop.audio.waveform import LiveBars, peaks

RATE_HZ = 1_000
FULL = 32767 / 32768


def signal(*runs: tuple[int, float]) -> Samples:
    """Stretches of (length, value)."""
    return np.concatenate([np.full(length, value, np.float32) for length, value in runs])


@pytest.mark.parametrize(
    ("samples", "runs", "clipped"),
    [
        (signal((2, FULL), (10, 0.1)), 0, 0),
        (signal((3, FULL), (10, 0.1)), 1, 3),
        (signal((3, -1.0), (10, 0.1), (5, FULL)), 2, 8),
        (
            signal(
                (3, 32766 / 32768),
            ),
            0,
            0,
        ),
    ],
)
def test_a_peak_is_cut_off_from_three_full_scale_samples(
    samples: Samples, runs: int, clipped: int
) -> None:
    facts = measure(samples, RATE_HZ)
    assert (facts.clipped_runs, facts.clipped_samples) == (runs, clipped)


def test_exact_zeros_count_from_300_ms() -> None:
    facts = measure(signal((299, 0.0), (1, 0.1), (300, 0.0), (1, 0.1), (50, 0.0)), RATE_HZ)
    assert (facts.zero_runs, facts.zero_ms) == (1, 300.0)
    assert facts.longest_zero_ms == 300.0
    assert facts.ending_zero_ms == 50.0


def test_quiet_is_not_zero() -> None:
    facts = measure(
        signal(
            (1_000, 1 / 32768),
        ),
        RATE_HZ,
    )
    assert (facts.zero_runs, facts.longest_zero_ms) == (0, 0.0)


def test_levels_are_in_decibels_below_full_scale() -> None:
    facts = measure(signal((100, 0.5), (100, -0.5)), RATE_HZ)
    assert facts.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert facts.rms_dbfs == pytest.approx(-6.02, abs=0.01)
    assert measure(signal((10, 0.0)), RATE_HZ).rms_dbfs == -math.inf


@given(st.lists(st.floats(-1, 1, width=32), max_size=300), st.integers(1, 40))
def test_bars_hold_every_peak(values: list[float], bars: int) -> None:
    samples = np.array(values, np.float32)
    drawn = peaks(samples, bars)
    assert len(drawn) == min(bars, len(values))
    if drawn:
        assert max(drawn) == pytest.approx(float(np.abs(samples).max()))
        assert min(drawn) >= 0.0


@given(st.lists(st.integers(0, 200), max_size=20))
def test_live_bars_do_not_depend_on_how_samples_arrive(lengths: list[int]) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, sum(lengths)).astype(np.float32)
    live, start, drawn = LiveBars(RATE_HZ), 0, []
    for length in lengths:
        drawn += live.add(samples[start : start + length])
        start += length
    assert tuple(drawn) == LiveBars(RATE_HZ).add(samples)
    assert len(drawn) == len(samples) // 50
