"""Errors cross the process border whole, and never tell a participant whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost


@given(st.sampled_from(ErrorKind), st.text(min_size=1), st.dictionaries(st.text(), st.integers()))
def test_an_error_comes_back_as_it_was(
    kind: ErrorKind, researcher: str, data: dict[str, int]
) -> None:
    error = EngineError.from_wire(EngineError(kind, researcher, data).to_wire())
    assert (error.kind, error.researcher, error.data) == (kind, researcher, data)


@pytest.mark.parametrize("kind", ErrorKind)
def test_every_kind_has_a_sentence_for_the_participant(kind: ErrorKind) -> None:
    sentence = EngineError(kind, "Qwen2-Audio wants 16.8 GB of /home/me").participant
    assert sentence.endswith(".")
    assert "Qwen" not in sentence
    assert "/" not in sentence


def test_local_and_remote_failures_read_the_same_to_a_participant() -> None:
    unmade = [ErrorKind.NEEDS_KEY, ErrorKind.NEEDS_DOWNLOAD, ErrorKind.OUT_OF_MEMORY,
              ErrorKind.MODEL_RETIRED, ErrorKind.INTERNAL]  # fmt: skip
    assert len({EngineError(kind, "x").participant for kind in unmade}) == 1


def test_a_kind_of_a_newer_engine_is_internal_and_kept() -> None:
    error = EngineError.from_wire({"kind": "out_of_coffee", "researcher": "No coffee."})
    assert error.kind is ErrorKind.INTERNAL
    assert error.data == {"unknown_kind": "out_of_coffee"}


@pytest.mark.parametrize("wire", [{}, {"kind": 7, "researcher": 7, "data": 7}, {"kind": []}])
def test_an_error_that_says_nothing_of_use_is_still_an_error(wire: dict[str, object]) -> None:
    assert EngineError.from_wire(wire, message="It broke.").researcher == "It broke."
    assert EngineError.from_wire(wire).researcher


def test_a_lost_worker_and_a_cancelled_request_are_internal_errors() -> None:
    assert WorkerLost("gone").kind is ErrorKind.INTERNAL
    assert RequestCancelled().kind is ErrorKind.INTERNAL
