"""A model table leads to weights on this machine, or to a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.errors import EngineError, ErrorKind
from engines.model_files import folder_name, locate, locate_one

REVISION = "0123456789abcdef0123456789abcdef01234567"


def test_a_fetched_revision_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / folder_name("someone/some-model", REVISION)
    folder.mkdir()
    model = {"repo": "someone/some-model", "revision": REVISION}
    assert locate(model, tmp_path) == folder


def test_one_file_of_it_can_be_meant(tmp_path: Path) -> None:
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    assert locate({"path": str(tmp_path), "file": "some.gguf"}) == tmp_path / "some.gguf"


@pytest.mark.parametrize(
    "model",
    [
        {"repo": "someone/some-model", "revision": REVISION},
        {"repo": "someone/some-model", "revision": ""},
        {"path": "/nowhere/at/all"},
        {"path": "/", "file": "there-is-no-such-file"},
    ],
)
def test_what_is_not_there_needs_a_download(tmp_path: Path, model: dict[str, str]) -> None:
    with pytest.raises(EngineError) as caught:
        locate(model, tmp_path)
    assert caught.value.kind is ErrorKind.NEEDS_DOWNLOAD


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"repo": "someone/some-model"},
        {"repo": "someone/some-model", "revision": "main"},
        {"repo": "../elsewhere", "revision": REVISION},
        {"repo": "someone/..", "revision": REVISION},
        {"repo": "/etc/passwd", "revision": REVISION},
        {"path": "/", "file": "/etc/passwd"},
        {"path": "/tmp", "file": "../etc/passwd"},
    ],
)
def test_a_table_that_leads_nowhere_is_refused(tmp_path: Path, model: dict[str, str]) -> None:
    with pytest.raises(EngineError) as caught:
        locate(model, tmp_path)
    assert caught.value.kind is ErrorKind.INTERNAL


def test_the_one_file_of_a_folder_is_found_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    weights = tmp_path / "large.pt"
    weights.touch()
    assert locate_one({"path": str(tmp_path)}, ".pt") == weights
    assert locate_one({"path": str(weights)}, ".pt") == weights
    assert locate_one({"path": str(tmp_path), "file": "large.pt"}, ".pt") == weights


def test_a_folder_of_none_or_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"no \.pt file"):
        locate_one({"path": str(tmp_path)}, ".pt")
    for name in ("one.pt", "two.pt"):
        (tmp_path / name).touch()
    with pytest.raises(EngineError, match=r"2 \.pt files") as caught:
        locate_one({"path": str(tmp_path)}, ".pt")
    assert caught.value.data == {"files": ["one.pt", "two.pt"]}
    with pytest.raises(EngineError, match=r"not a \.gguf file"):
        locate_one({"path": str(tmp_path), "file": "one.pt"}, ".gguf")
