"""Capitals are those of an atlas."""

import pytest

from engines.skills.capitals import read_capitals
from tests.helpers.skills import ask


@pytest.mark.parametrize(
    ("country", "capital"),
    [
        ("japan", "Tokyo"),
        ("australia", "Canberra"),
        ("brazil", "Brasilia"),
        ("canada", "Ottawa"),
        ("turkey", "Ankara"),
        ("switzerland", "Bern"),
        ("new zealand", "Wellington"),
        ("kazakhstan", "Astana"),
        ("nigeria", "Abuja"),
        ("vietnam", "Hanoi"),
        ("morocco", "Rabat"),
        ("pakistan", "Islamabad"),
        ("niger", "Niamey"),
        ("the netherlands", "Amsterdam"),
        ("the united states", "Washington, D.C"),
    ],
)
def test_golden_capitals(country: str, capital: str) -> None:
    reply = ask(f"what is the capital of {country}")
    assert reply.intent == "capitals"
    assert reply.text.endswith(f" is {capital}.")


def test_there_are_many() -> None:
    assert len(read_capitals()) >= 100


def test_a_country_inside_another_name_is_not_taken_for_it() -> None:
    assert "Niger is" not in ask("what is the capital of nigeria").text


@pytest.mark.parametrize("question", ["what is the capital of rome", "what is the capital"])
def test_what_is_no_country_has_no_capital(question: str) -> None:
    assert ask(question).intent == ""
