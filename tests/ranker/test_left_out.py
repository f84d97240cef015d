"""What was left out is said in words: the names of rules are for programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ranker
from ranker.left_out import in_words
from ranker.text import render
from tests.helpers.planted import LEFT_OUT
from tests.helpers.ranker_exports import battle, write_export


@pytest.mark.parametrize(
    ("rule", "n", "said"),
    [
        ("kind gold", 1, "1 gold battle"),
        ("kind practice", 1_200, "1,200 practice battles"),
        ("kind same_system", 1, "1 battle of one system with itself"),
        ("kind same_text", 2, "2 battles of one text in both slots"),
        ("kind swapped_repeat", 2, "2 swapped repeats"),
        ("kind later", 2, "2 battles of kind later"),
        ("state abandoned", 1, "1 abandoned"),
        ("state open", 2, "2 still open"),
        ("cannot judge", 3, "3 that nobody could judge"),
        ("self-play", 1, "1 of one system with itself"),
        ("still_open", 1, "1 still open"),
        ("duplicate", 2, "2 duplicates"),
        ("malformed line", 2, "2 malformed lines"),
        ("missing winner", 2, "2 without a winner"),
        ("conflicting copies", 2, "2 conflicting copies"),
        ("simulated", 2, "2 simulated"),
    ],
)
def test_rules_in_words(rule: str, n: int, said: str) -> None:
    assert in_words(rule, n) == said


def test_every_kind_a_database_knows_has_words() -> None:
    schema = Path("local_db/schema_1.py").read_text(encoding="utf-8")
    (kinds,) = re.findall(r"\('normal', ('practice'.*?)\)", schema)
    for kind in kinds.replace("'", "").split(", "):
        assert kind == "gold" or "_" not in in_words(f"kind {kind}", 2)
        assert "of kind" not in in_words(f"kind {kind}", 2)


def test_a_board_says_no_name_of_a_rule(tmp_path: Path) -> None:
    lines = [battle(1), battle(2, kind="gold"), battle(3, state="abandoned", choice=None)]
    shown = render(ranker.rank(write_export(tmp_path / "north", lines)))
    assert "  1 gold battle, for example " in shown
    assert "  1 abandoned, for example " in shown
    assert not [rule for rule in LEFT_OUT if rule in shown]
