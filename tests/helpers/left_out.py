"""A pytest plugin that says, in one line, which tiers of tests this run left out.

Loaded by `.ci/tests` for the tests that run one after the other, in one process, which sees all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

TIERS = {
    "full": "of full size (make test-full)",
    "local": "that need a model library or more time (make test-local)",
}

_left_out: Counter[str] = Counter()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    _left_out.update(tier for item in items for tier in TIERS if item.get_closest_marker(tier))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    parts = [f"{_left_out[tier]} {words}" for tier, words in TIERS.items()]
    terminalreporter.write_line(f"Left out: tests {', '.join(parts)}.")
