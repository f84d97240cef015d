"""What the engine makes of a model table, before it imports anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.errors import EngineError, ErrorKind
from engines.openai_whisper import checkpoint
from engines.openai_whisper.checkpoint import require_safe_torch
from engines.openai_whisper.table import read_settings, read_table
from tests.helpers.loaded_modules import loaded_by


@pytest.fixture
def pt(tmp_path: Path) -> Path:
    path = tmp_path / "large-v2.pt"
    path.write_bytes(b"weights")
    return path


def test_a_table_names_a_checkpoint_and_allows_it(pt: Path) -> None:
    table = read_table({"path": str(pt), "allow_pickle": "large-v2.pt"})
    assert (table.path, table.device, table.language, table.longest_s) == (pt, "auto", None, 120)


def test_the_only_checkpoint_of_a_folder_needs_no_name(pt: Path) -> None:
    assert read_table({"path": str(pt.parent), "allow_pickle": pt.name}).path == pt


@pytest.mark.parametrize("allowed", [{}, {"allow_pickle": "another.pt"}, {"allow_pickle": True}])
def test_a_pickle_nobody_allowed_is_refused_in_words(pt: Path, allowed: dict[str, Any]) -> None:
    with pytest.raises(EngineError, match=r"allow_pickle = 'large-v2\.pt'") as caught:
        read_table({"path": str(pt), **allowed})
    assert caught.value.kind is ErrorKind.INTERNAL
    assert caught.value.data == {"allow_pickle": "large-v2.pt"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"beam_size": 5},
        {"device": "mps"},
        {"device": 0},
        {"longest_s": 0},
        {"longest_s": True},
        {"longest_s": "long"},
        {"language": ""},
        {"language": 7},
    ],
)
def test_what_the_engine_does_not_know_is_refused(pt: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as caught:
        read_table({"path": str(pt), "allow_pickle": pt.name, **wrong})
    assert caught.value.kind is ErrorKind.INTERNAL
    assert next(iter(wrong)) in caught.value.researcher


def test_a_request_may_set_its_language_and_nothing_else() -> None:
    assert read_settings({}) is None
    assert read_settings({"language": "th"}) == "th"
    with pytest.raises(EngineError, match="temperature"):
        read_settings({"temperature": 1.0})


@pytest.mark.parametrize("old", ["2.9.1", "1.13.0", "2.9.1+cpu", "nightly"])
def test_a_torch_that_can_be_tricked_opens_no_pickle(
    monkeypatch: pytest.MonkeyPatch, old: str
) -> None:
    monkeypatch.setattr(checkpoint, "version", lambda _: old)
    with pytest.raises(EngineError, match=r"2\.10") as caught:
        require_safe_torch()
    assert caught.value.kind is ErrorKind.NEEDS_PACKAGE


@pytest.mark.parametrize("new", ["2.10.0", "2.13.0+cpu", "3.0"])
def test_a_torch_that_cannot_is_used(monkeypatch: pytest.MonkeyPatch, new: str) -> None:
    monkeypatch.setattr(checkpoint, "version", lambda _: new)
    require_safe_torch()


def test_a_probe_imports_no_library(pt: Path) -> None:
    program = (
        "from engines.openai_whisper.engine import Engine\n"
        f"probe = Engine().probe({{'path': {str(pt)!r}, 'allow_pickle': {pt.name!r}}})\n"
        "assert probe.ok or probe.lacks == 'needs_package', probe\n"
    )
    assert loaded_by(program, {"whisper", "torch", "numba", "numpy"}) == set()
