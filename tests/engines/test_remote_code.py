"""A checkpoint's own code is off until that very revision was allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.checkpoint_code import probe_checkpoint
from engines.errors import EngineError, ErrorKind
from engines.remote_code import code_files, importable, refusal, require_allowed

ONE, OTHER = "1" * 40, "2" * 40


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ({"remote_code": ONE}, "not pinned"),
        ({"revision": "main", "remote_code": "main"}, "not pinned"),
        ({"revision": ONE}, f"off until revision {ONE} was shown and allowed"),
        ({"revision": ONE, "remote_code": True}, "Code of revision True was allowed"),
        ({"revision": ONE, "remote_code": OTHER}, f"{OTHER} was allowed, and this is {ONE}"),
    ],
)
def test_code_that_nobody_allowed_is_refused(model: dict[str, object], reason: str) -> None:
    assert reason in refusal(model)
    with pytest.raises(EngineError) as caught:
        require_allowed(model)
    assert caught.value.kind is ErrorKind.REFUSED
    assert probe_checkpoint(model, ()).lacks == ErrorKind.REFUSED


def test_code_of_the_allowed_revision_may_run(tmp_path: Path) -> None:
    model = {"path": str(tmp_path), "revision": ONE, "remote_code": ONE}
    assert refusal(model) == ""
    probed = probe_checkpoint(model, ())
    assert not probed.ok
    assert probed.lacks == ErrorKind.NEEDS_DOWNLOAD
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"x" * 1000)
    probed = probe_checkpoint(model, ())
    assert probed.ok
    assert probed.memory_bytes > 1000
    assert probe_checkpoint(model, ("no_such_module",)).missing == ("no_such_module",)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [({"quantise": 4}, "'quantise'"), ({"dtype": "int3"}, "'dtype'"), ({"device": 1}, "'device'")],
)
def test_a_setting_that_means_nothing_is_refused(setting: dict[str, object], reason: str) -> None:
    assert reason in probe_checkpoint(setting, ()).reason


def test_a_name_with_dots_gets_one_that_can_be_imported(tmp_path: Path) -> None:
    folder = tmp_path / "owner--typhoon-v1.5@0123"
    folder.mkdir()
    (folder / "modeling.py").write_text("")
    environment = {"EARSHOT_CACHE": str(tmp_path / "cache")}
    for _ in range(2):  # a second start finds the first one's link
        found = importable(folder, environment)
        assert found.name.isidentifier()
        assert found.resolve() == folder.resolve()
    assert Path(environment["HF_MODULES_CACHE"]).is_relative_to(tmp_path / "cache")
    assert [file.name for file in code_files(found)] == ["modeling.py"]


def test_code_of_another_repository_stays_off(tmp_path: Path) -> None:
    auto_map = {"AutoModel": "owner/other--modeling.Model"}
    (tmp_path / "config.json").write_text(json.dumps({"auto_map": auto_map}))
    with pytest.raises(EngineError, match="from another repository") as caught:
        importable(tmp_path, {"EARSHOT_CACHE": str(tmp_path / "cache")})
    assert caught.value.kind is ErrorKind.REFUSED
