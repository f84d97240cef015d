"""The baselines read what their recogniser hears: what is wrong with a take reaches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engines.api import Part, System
from engines.pool import Pool
from tests.helpers.bad_takes import BAD_TAKES
from tests.helpers.pools import answer, error
from tests.helpers.spoken import spoken

pytestmark = pytest.mark.local
"""Hearing takes seconds."""

EARS = Part("pocketsphinx")
BASELINES = (
    System("skills", "1", Part("skills"), EARS, "skills"),
    System("skills-open", "1", Part("skills"), EARS, "dictation"),
    System("eliza", "1", Part("eliza"), EARS, "dictation"),
)


def test_each_fails_with_what_is_wrong_and_answers_the_next_take(
    open_pool: Callable[..., Pool], bad_takes: Mapping[str, Path]
) -> None:
    pool = open_pool(*BASELINES)
    said = {
        (baseline.id, name): error(pool.ask(baseline.id, path).future).kind
        for name, path in bad_takes.items()
        for baseline in BASELINES
    }
    expected = {(b.id, bad.name): bad.worker for bad in BAD_TAKES for b in BASELINES}
    assert said == expected
    good = spoken("what is two plus three", "en-us", 160)
    assert "5" in answer(pool.ask("skills", good)).text
    for baseline in BASELINES:
        assert answer(pool.ask(baseline.id, good)).text
