"""What an SDK may read of the environment, and what a server says of its models."""

from __future__ import annotations

import os
from datetime import date

import pytest

from engines.errors import EngineError, ErrorKind
from engines.remote.http import drop_variables
from engines.remote.listing import Listed, no_such_model, read_date, warning_of


def test_only_the_variables_of_an_sdk_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    drop_variables("OPENAI_")
    assert "OPENAI_BASE_URL" not in os.environ
    assert os.environ["HTTPS_PROXY"] == "http://proxy"


def test_a_long_list_of_models_is_named_in_part_and_given_whole() -> None:
    listed = [Listed(f"m{n}") for n in range(50)]
    error = no_such_model("x", listed, "lab")
    assert error.data["choices"] == [f"m{n}" for n in range(50)]
    assert "m19 …" in error.researcher
    assert "lists none" in no_such_model("x", [], "lab").researcher


def test_the_day_of_a_models_end_is_its_first_day_without() -> None:
    ending = Listed("m", date(2027, 1, 20))
    assert "2027-01-20" in warning_of(ending, "lab", date(2027, 1, 19))
    assert warning_of(Listed("m"), "lab") == ""
    with pytest.raises(EngineError) as caught:
        warning_of(ending, "lab", date(2027, 1, 20))
    assert caught.value.kind is ErrorKind.MODEL_RETIRED


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027-01-20", date(2027, 1, 20)),
        ("2027-01-20T00:00:00Z", date(2027, 1, 20)),
        ("soon", None),
        (None, None),
        (20270120, None),
    ],
)
def test_dates_are_read_where_they_are_dates(said: object, day: date | None) -> None:
    assert read_date(said) == day
