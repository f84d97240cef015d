"""What `make bench` says of figures, and of a bench that fails."""

from __future__ import annotations

import pytest

from tests.performance.__main__ import PAGE, Measured, _about, main, names, page
from tests.performance.figure import Figure
from tests.performance.table import met, number


@pytest.mark.parametrize(
    ("value", "unit", "target", "verdict"),
    [
        (60.0, "ms", "≤ 60 ms", True),
        (60.1, "ms", "≤ 60 ms", False),
        (85_000, "1/s", "≥ 5,000", True),
        (4_999, "1/s", "≥ 5,000", False),
        (1.021, "×", "≤ 1.02", False),
        (93.0, "%", "93 to 97 %", True),
        (97.1, "%", "93 to 97 %", False),
        (1.003, "×", "0.99 to 1.01", True),
        (900, "ms", "≤ 1.0 s", None),  # another unit: a person has to look
        (1, "ms", "1 % of the block", None),
        (1, "ms", "", None),
    ],
)
def test_a_target_is_met_or_not_or_cannot_be_told(value, unit, target, verdict):
    assert met(Figure("any", value, unit, target, "")) is verdict


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (85_661.2, "1/s", "85,661"),
        (45.23, "ms", "45.2"),
        (0.5619, "ms", "0.562"),
        (1, "×", "1.000"),
    ],
)
def test_a_value_has_the_digits_that_count(value, unit, text):
    assert number(Figure("any", value, unit, "", "")) == text


def test_a_bench_that_fails_hides_no_other():
    figure = Figure("wait", 61.0, "ms", "≤ 60 ms", "16 ms: the clock", "a | b")
    text = page(
        [
            Measured("broken", "What breaks.", [], "exit code 1, ValueError", 1.0, "load 1"),
            Measured("sound", "What works.", [figure], "", 2.0, "load 1"),
        ]
    )
    assert "This bench failed: exit code 1, ValueError" in text
    assert "- Failed: the bench `broken`." in text
    assert "- Missed: wait, 61.0 ms, not ≤ 60 ms." in text
    assert "| wait | 61.0 ms | ≤ 60 ms | **no** | 16 ms: the clock | a ∣ b |" in text


def test_every_bench_is_found_and_only_they_can_be_asked_for(capsys):
    assert {"store", "window", "workers"} <= set(names())
    with pytest.raises(SystemExit):
        main(["speech_report"])
    assert "invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize("bench", names())
def test_the_page_says_of_each_bench_what_the_bench_says(bench):
    assert f"## {bench.capitalize()}\n\n{_about(bench)}\n" in PAGE.read_text(encoding="utf-8")
