"""An answer is told at once, then no more often than fifty times a second."""

from __future__ import annotations

import pytest

from engines import pace
from engines.pace import EVERY_S, Pace


def test_first_at_once_then_at_most_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    monkeypatch.setattr(pace.time, "monotonic", lambda: now_s)
    of_this_answer, told_s = Pace(), []
    for step in range(1000):  # a token each millisecond
        now_s = step / 1000
        if of_this_answer.due():
            told_s.append(now_s)
    assert told_s[0] == 0.0
    assert len(told_s) == pytest.approx(1.0 / EVERY_S, abs=1)


def test_a_slow_model_is_told_token_by_token(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    monkeypatch.setattr(pace.time, "monotonic", lambda: now_s)
    of_this_answer = Pace()
    for _ in range(10):
        now_s += 1.01 * EVERY_S
        assert of_this_answer.due()
