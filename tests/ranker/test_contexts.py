"""What surrounds a vote: the same from any order of exports, and nothing that cannot be told."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from ranker.contexts import InContext, in_context
from ranker.effects import effects_of
from ranker.facts import Facts, facts_of
from ranker.markdown import has_markdown
from ranker.propensity import weighted
from tests.helpers.ranker_exports import battle, write_export


def told(*sources: Any) -> list[InContext]:
    return in_context(sources, include_simulated=False, problems=[])[0]


def line(k: int) -> dict[str, Any]:
    chance = random.Random(k)
    known = {
        "characters_a": chance.randrange(900),
        "characters_b": chance.randrange(900),
        "wait_ms": chance.uniform(200, 4000),
    }
    a, b = (("ada", "bo"), ("bo", "cy"), ("cy", "ada"))[k % 3]
    draw = {"probability": chance.choice([0.1, 1 / 3])}
    choice = chance.choice(["a", "b", "tie"])
    return battle(k, a=a, b=b, choice=choice, covariates=known, draw=draw)


def test_sums_are_the_same_to_the_last_bit_in_any_order_of_lines_and_exports(tmp_path) -> None:
    lines = [line(k) for k in range(120)]
    whole = told(write_export(tmp_path / "whole", lines))
    found = {repr(effects_of(whole)) + repr(weighted(whole))}
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        parts = [write_export(tmp_path / f"{seed}-{k}", lines[k::3]) for k in range(3)]
        again = told(*parts)
        assert again == whole
        found.add(repr(effects_of(again)) + repr(weighted(again)))
    assert len(found) == 1


def test_of_copies_the_one_that_says_most_is_told_whichever_came_first(tmp_path: Path) -> None:
    bare = write_export(tmp_path / "monday", [battle(1), battle(2, state="open", choice=None)])
    more = [battle(1, labels={"topic": "food"}), battle(2, labels={"topic": "travel"})]
    sorted_out = write_export(tmp_path / "friday", more)
    for sources in ((bare, sorted_out), (sorted_out, bare)):
        assert [one.context["topic"] for one in told(*sources)] == ["food", "travel"]


def test_a_copy_that_does_not_count_says_nothing(tmp_path: Path) -> None:
    """A vote was corrected: what surrounds it is told by the export that knows the correction."""
    first = battle(1, choice="b", labels={"topic": "food", "mood": "sunny"})
    second = battle(1, choice="a", vote_id="vote-1b", labels={"topic": "travel"})
    second["votes"] = [*first["votes"], second["vote"]]
    early, late = (write_export(tmp_path / n, [one]) for n, one in (("e", first), ("l", second)))
    for sources in ((early, late), (late, early)):
        (one,) = told(*sources)
        assert one.context["topic"] == "travel"
        assert "mood" not in one.context


@pytest.mark.parametrize(
    ("covariates", "known"),
    [
        ({"trial": 7.0, "wait_ms": 12, "snr_db": 4}, {"trial": 7, "wait_ms": 12.0, "snr_db": 4.0}),
        ({"trial": True, "wait_ms": float("inf"), "snr_db": "4"}, {}),
        ({"trial": 7.5, "wait_ms": 10**400, "characters_a": 2**63}, {}),
        ({"language_said": "", "device": "a\x1b[2J", "language_a": 7}, {}),
        (["trial"], {}),
        (None, {}),
    ],
)
def test_what_is_not_what_it_should_be_is_not_known(covariates: Any, known: dict[str, Any]) -> None:
    assert facts_of({"covariates": covariates}) == Facts(**known)


@pytest.mark.parametrize(
    "text",
    [
        *("# x", "a**b", "a__b", "a *b* c", "- x", "* x", "+ x", "• x", "12. x", "\u0663) x"),
        *("```", "~~~", "`x`", "> x", "[a](b)", "|a|", "$x$", "\\(x", "\\[x"),
    ],
)
def test_each_mark_of_markdown_is_seen(text: str) -> None:
    assert has_markdown(f"Yes.\n{text}")
    assert not has_markdown("Yes: so it is (or not), “all” of it.")
