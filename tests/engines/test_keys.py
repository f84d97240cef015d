"""A key reaches the one worker that needs it, and is seen nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engines.api import Part, System
from engines.errors import ErrorKind
from engines.keys import BLANK, blank, key_for
from engines.pool import Pool
from engines.registry import EngineInfo, read_manifest
from tests.helpers.pools import LIMIT_S, answer, error

KEY = "sk-tests-0123456789abcdef"

MANIFEST = """
name = "telltale"
roles = ["lam"]
summary = "Tells all it knows."
install = "nothing"
network = true
"""
ENGINE = """
import os, sys
from pathlib import Path
from engines.api import Finished, Loaded, Probe
from engines.errors import EngineError, ErrorKind

class Engine:
    key = ""
    def take_key(self, key):
        self.key = key
    def probe(self, model):
        return Probe(ok=bool(self.key), reason=self.key)
    def load(self, model, progress):
        if not self.key:
            raise EngineError(ErrorKind.NEEDS_KEY, "no key")
        print("x" * model.get("before", 0) + self.key, file=sys.stderr, flush=True)
        progress(self.key, None)
        return Loaded(f"version of {self.key}")
    def unload(self):
        pass
    def respond(self, prompt, cancelled):
        if prompt.settings.get("fails"):
            raise EngineError(ErrorKind.NEEDS_KEY, f"wrong key {self.key}", {"key": self.key})
        own = Path("/proc/self")
        seen = own.joinpath("environ").read_bytes() + own.joinpath("cmdline").read_bytes()
        yield "everywhere " if self.key.encode() in seen else "nowhere "
        yield f"but here: {self.key}"
        return Finished()
"""


@pytest.fixture
def telltale(tmp_path: Path) -> EngineInfo:
    folder = tmp_path / "telltale"
    folder.mkdir()
    (folder / "engine.toml").write_text(MANIFEST)
    (folder / "engine.py").write_text(ENGINE)
    return read_manifest(folder / "engine.toml")


OpenPool = Callable[..., Pool]
NAMED = Part("telltale", {"key": "lab"})


def test_a_worker_gets_the_key_its_model_names_and_shows_it_nowhere(
    telltale: EngineInfo, open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    pool = open_pool(
        System("a", "1", NAMED),
        engines={"telltale": telltale},
        log_folder=tmp_path / "logs",
        keys={"lab": KEY}.get,
    )
    answered = answer(pool.ask("a", take))
    assert answered.text == f"nowhere but here: {BLANK}"
    assert answered.served_version == f"version of {BLANK}"
    pool.close()
    (log,) = (tmp_path / "logs").iterdir()
    assert BLANK in log.read_text()
    assert KEY not in log.read_text()


@pytest.mark.parametrize("before", [1990, 1999, 2000, 2001])
def test_no_limit_of_a_log_line_lets_a_part_of_it_through(
    telltale: EngineInfo, open_pool: OpenPool, take: Path, tmp_path: Path, before: int
) -> None:
    part = Part("telltale", {"key": "lab", "before": before})
    pool = open_pool(
        System("a", "1", part),
        engines={"telltale": telltale},
        log_folder=tmp_path / "logs",
        keys={"lab": KEY}.get,
    )
    answer(pool.ask("a", take))
    pool.close()
    (log,) = (tmp_path / "logs").iterdir()
    assert KEY[:3] not in log.read_text()


def test_a_wrong_key_is_not_in_the_sentence_and_the_next_one_is_tried(
    telltale: EngineInfo, open_pool: OpenPool, take: Path
) -> None:
    kept = {"lab": KEY}
    failing = System("a", "1", NAMED, settings={"fails": True})
    pool = open_pool(
        failing, System("b", "1", NAMED), engines={"telltale": telltale}, keys=kept.get
    )
    told = error(pool.ask("a", take).future)
    assert told.kind is ErrorKind.NEEDS_KEY
    assert told.researcher == f"wrong key {BLANK}"
    assert told.data == {"key": BLANK}
    kept["lab"] = "another-key-of-the-lab"
    assert answer(pool.ask("b", take)).served_version == f"version of {BLANK}"


@pytest.mark.parametrize("keys", [None, {"lab": KEY}.get])
def test_a_probe_gets_the_key_as_well(
    telltale: EngineInfo, open_pool: OpenPool, keys: Callable[[str], str | None] | None
) -> None:
    pool = open_pool(engines={"telltale": telltale}, keys=keys)
    probe = pool.probe(NAMED).result(LIMIT_S)
    assert probe.ok is (keys is not None)
    assert probe.reason == (BLANK if keys else "")


def test_no_key_is_asked_for_where_none_is_due(telltale: EngineInfo) -> None:
    asked: list[str] = []

    def keys(name: str) -> str:
        asked.append(name)
        return KEY

    assert key_for(NAMED, telltale, keys) == KEY
    assert key_for(NAMED, replace(telltale, network=False), keys) == ""
    assert key_for(Part("telltale", {}), telltale, keys) == ""
    assert key_for(Part("telltale", {"key": 5}), telltale, keys) == ""
    assert key_for(NAMED, telltale, None) == ""
    assert asked == ["lab"]


def test_a_missing_key_is_told(telltale: EngineInfo, open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(System("a", "1", NAMED), engines={"telltale": telltale}, keys={}.get)
    assert error(pool.ask("a", take).future).kind is ErrorKind.NEEDS_KEY


@pytest.mark.parametrize("key", ['sk-"quoted"-key', r"sk-back\slash", "schlüssel-des-labors"])
@pytest.mark.parametrize("as_ascii", [True, False])
def test_a_key_is_found_however_json_spells_it(key: str, as_ascii: bool) -> None:
    line = json.dumps({"message": f"wrong key {key}!"}, ensure_ascii=as_ascii)
    told = json.loads(blank(line.encode(), key.encode()))
    assert told == {"message": f"wrong key {BLANK}!"}


def test_what_is_too_short_to_be_a_key_is_left_alone() -> None:
    assert blank(b'{"id":1}', b"1") == b'{"id":1}'
    assert blank(b"", b"") == b""


@pytest.mark.parametrize(
    "unfit", ["sk-schl\u00fcssel-0123", "sk-two words", "sk-\udcff0123", "sk-\x07123456"]
)
def test_what_no_header_can_carry_is_refused_before_a_worker_gets_it(
    telltale: EngineInfo, open_pool: OpenPool, take: Path, unfit: str
) -> None:
    pool = open_pool(
        System("a", "1", NAMED), engines={"telltale": telltale}, keys={"lab": unfit}.get
    )
    refused = error(pool.ask("a", take).future)
    assert refused.kind is ErrorKind.NEEDS_KEY
    probe = pool.probe(NAMED).result(LIMIT_S)
    assert (probe.ok, probe.lacks, probe.missing) == (False, ErrorKind.NEEDS_KEY, ())
    for said in (refused.researcher, probe.reason):
        assert "key 'lab' is none" in said
        assert "sk-" not in said
        assert "\u00fc" not in said
