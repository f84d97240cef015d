"""Weights come whole, verified and only once, whatever happens on the way."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines import wire
from engines.api import Fetched
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.limits import CANCEL_LIMIT_S
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.helpers.hub import Hub
from tests.helpers.processes import becomes

pytestmark = pytest.mark.local
REPO = "someone/model"
LIMIT_S = 60.0
WEIGHTS = random.Random(1).randbytes(600_000)
FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"a pickle",
    "original/weights.safetensors": b"another form",
    "README.md": b"hello",
}
ALLOW = ["*.json", "*.safetensors", "*.bin"]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with Hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        hub.add(REPO, FILES)
        yield hub


@pytest.fixture
def info() -> EngineInfo:
    return read_manifest(ENGINES_FOLDER / "hub" / "engine.toml")


@pytest.fixture
def worker(hub: Hub, info: EngineInfo) -> Iterator[WorkerProcess]:
    assert hub.endpoint  # it is there first
    with WorkerProcess(info) as worker:
        worker.start()
        yield worker


def order(folder: Path | None, **more: Any) -> dict[str, Any]:
    model = {"repo": REPO, "revision": "", "allow": ALLOW, **more}
    return {"model": model, "folder": None if folder is None else str(folder)}


def fetch(worker: WorkerProcess, folder: Path | None, **more: Any) -> Fetched:
    call = worker.call("fetch", order(folder, **more), timeout_s=LIMIT_S)
    return wire.read_fetched(call.result(LIMIT_S))


def test_says_first_what_it_would_bring(worker: WorkerProcess, hub: Hub) -> None:
    told = fetch(worker, None)
    assert told.revision == hub.repos[REPO].commit
    assert set(told.files) == {"config.json", "model.safetensors"}
    assert told.files["model.safetensors"].size_bytes == len(WEIGHTS)
    assert told.files["model.safetensors"].sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert (told.licence, told.gated) == ("mit", False)
    assert hub.asked == []


def test_brings_what_is_allowed_and_says_how_far_it_is(
    worker: WorkerProcess, tmp_path: Path
) -> None:
    shares: list[float | None] = []
    call = worker.call(
        "fetch",
        order(tmp_path / "to"),
        timeout_s=LIMIT_S,
        on_progress=lambda _, share: shares.append(share),
    )
    brought = wire.read_fetched(call.result(LIMIT_S))
    on_disk = {p.name: p.read_bytes() for p in (tmp_path / "to").iterdir()}
    assert on_disk == {name: FILES[name] for name in ("config.json", "model.safetensors")}
    for name, file in brought.files.items():
        assert file.sha256 == hashlib.sha256(FILES[name]).hexdigest()
    assert shares[-1] == 1.0
    assert shares == sorted(shares, key=lambda share: share or 0.0)


def test_a_pickle_comes_only_under_its_own_name(worker: WorkerProcess, tmp_path: Path) -> None:
    fetch(worker, tmp_path / "to", allow=["*.json", "pytorch_model.bin"])
    assert (tmp_path / "to" / "pytorch_model.bin").read_bytes() == FILES["pytorch_model.bin"]


def test_a_path_brings_its_folder(worker: WorkerProcess, tmp_path: Path) -> None:
    fetch(worker, tmp_path / "to", allow=["original/*.safetensors"])
    assert [p.name for p in (tmp_path / "to").rglob("*") if p.is_file()] == ["weights.safetensors"]


def test_a_connection_that_breaks_is_gone_on_with(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.cut_after_bytes = 250_000
    fetch(worker, tmp_path / "to")
    assert (tmp_path / "to" / "model.safetensors").read_bytes() == WEIGHTS
    first, second = [a for a in hub.asked if a.path == "model.safetensors"]
    assert (first.begin, second.begin) == (0, 250_000)


def test_a_hub_that_dies_in_the_middle_is_named_and_later_gone_on_with(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.rate_bytes_per_s = 400_000
    call = worker.call("fetch", order(tmp_path / "to"), timeout_s=LIMIT_S)
    begun = tmp_path / "to" / "model.safetensors.incomplete"
    assert becomes(lambda: begun.exists() and begun.stat().st_size > 100_000)
    hub.kill()
    with pytest.raises(EngineError, match="what was fetched is kept") as caught:
        call.result(LIMIT_S)
    assert caught.value.kind is ErrorKind.NETWORK
    kept = begun.stat().st_size
    hub.rate_bytes_per_s = None
    hub.start()
    fetch(worker, tmp_path / "to")
    assert (tmp_path / "to" / "model.safetensors").read_bytes() == WEIGHTS
    assert hub.asked[-1].begin == kept
    assert sum(hub.asked[-1].sent) == len(WEIGHTS) - kept


def test_a_worker_killed_in_the_middle_leaves_what_is_gone_on_with(
    hub: Hub, info: EngineInfo, tmp_path: Path
) -> None:
    hub.rate_bytes_per_s = 400_000
    begun = tmp_path / "to" / "model.safetensors.incomplete"
    with WorkerProcess(info) as worker:
        worker.start()
        worker.call("fetch", order(tmp_path / "to"), timeout_s=LIMIT_S)
        assert becomes(lambda: begun.exists() and begun.stat().st_size > 100_000)
    kept = begun.stat().st_size
    hub.rate_bytes_per_s = None
    with WorkerProcess(info) as worker:
        worker.start()
        fetch(worker, tmp_path / "to")
    assert (tmp_path / "to" / "model.safetensors").read_bytes() == WEIGHTS
    assert hub.asked[-1].begin == kept


def test_a_server_that_knows_no_ranges_sends_the_whole(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.cut_after_bytes, hub.ignores_ranges = 250_000, True
    fetch(worker, tmp_path / "to")
    assert (tmp_path / "to" / "model.safetensors").read_bytes() == WEIGHTS


def test_what_is_there_is_verified_and_not_fetched_again(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    fetch(worker, tmp_path / "to")
    hub.asked.clear()
    fetch(worker, tmp_path / "to")
    assert hub.asked == []
    (tmp_path / "to" / "config.json").write_bytes(b'{"model_type": "evil"}')
    fetch(worker, tmp_path / "to")
    assert [a.path for a in hub.asked] == ["config.json"]
    assert (tmp_path / "to" / "config.json").read_bytes() == FILES["config.json"]


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_a_wrong_sum_is_fetched_again_once(
    worker: WorkerProcess, hub: Hub, tmp_path: Path, path: str
) -> None:
    hub.damage = [path]
    fetch(worker, tmp_path / "to")
    assert (tmp_path / "to" / path).read_bytes() == FILES[path]
    assert [a.begin for a in hub.asked if a.path == path] == [0, 0]


def test_a_sum_that_is_wrong_twice_is_a_sentence_and_leaves_nothing(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.damage = ["model.safetensors"] * 2
    with pytest.raises(EngineError, match="came damaged twice"):
        fetch(worker, tmp_path / "to")
    assert [p.name for p in (tmp_path / "to").iterdir()] == ["config.json"]


def test_the_sum_of_the_catalogue_counts(worker: WorkerProcess, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is not the file that the catalogue knows"):
        fetch(worker, tmp_path / "to", sha256={"model.safetensors": "0" * 64})
    with pytest.raises(EngineError, match="came damaged twice"):
        fetch(worker, tmp_path / "to", sha256={"config.json": "0" * 64})


def test_a_gated_repository_says_what_to_do_and_opens_to_the_right_token(
    hub: Hub, info: EngineInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(REPO, FILES, gated=True)
    for token in ("", "hf_wrong"):
        monkeypatch.setenv("HF_TOKEN", token)
        with WorkerProcess(info) as worker:
            worker.start()
            assert fetch(worker, None).gated
            with pytest.raises(EngineError, match="wants its terms accepted first") as caught:
                fetch(worker, tmp_path / "to")
        assert caught.value.kind is ErrorKind.GATED
    monkeypatch.setenv("HF_TOKEN", hub.token)
    with WorkerProcess(info) as worker:
        worker.start()
        assert fetch(worker, tmp_path / "to").files["config.json"].sha256


def test_a_token_that_no_header_can_carry_is_not_in_the_sentence(
    hub: Hub, info: EngineInfo, tmp_path: Path
) -> None:
    """`hf auth login` left it, and nobody knows it who could blank it."""
    place = tmp_path / "hf" / "token"
    place.parent.mkdir()
    place.write_text("hf_of\0the_login")
    with WorkerProcess(info) as worker:
        worker.start()
        with pytest.raises(EngineError, match="cannot be asked") as caught:
            fetch(worker, None)
    assert caught.value.kind is ErrorKind.NEEDS_KEY
    assert "the_login" not in caught.value.researcher
    assert not any("the_login" in line for line in worker.last_lines())
    assert hub.asked == []


def test_the_worker_asks_no_keyring(
    hub: Hub, info: EngineInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts it does, and blanks what was found there."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.helpers.keyring_backend.Backend")
    with WorkerProcess(info) as worker:
        worker.start()
        assert fetch(worker, tmp_path / "to").files["config.json"].sha256
    assert set(hub.tokens_seen) == {""}


def test_the_store_behind_the_hub_gets_the_range_and_no_token(
    hub: Hub, info: EngineInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(REPO, FILES, gated=True)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    with Hub() as store, WorkerProcess(info) as worker:
        store.add(REPO, FILES)
        hub.store, store.cut_after_bytes = store, 250_000
        worker.start()
        fetch(worker, tmp_path / "to")
        assert [asked.begin for asked in store.asked] == [0, 250_000]
        assert set(store.tokens_seen) == {""}
    assert set(hub.tokens_seen) == {f"Bearer {hub.token}"}
    assert (tmp_path / "to" / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"repo": "someone/else"}, "shows no someone/else"),
        ({"revision": "f" * 40}, "does not have what the catalogue names"),
        ({"must": ["other.gguf"]}, "has no file 'other.gguf'"),
        ({"allow": ["*.gguf"]}, "has none of the files"),
        ({"repo": "../up"}, "cannot be '../up'"),
        ({"allow": "*.json"}, "cannot be '\\*.json'"),
    ],
)
def test_what_the_hub_does_not_have_is_said(
    worker: WorkerProcess, tmp_path: Path, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        fetch(worker, tmp_path / "to", **more)


def test_offline_is_said(hub: Hub, worker: WorkerProcess) -> None:
    hub.kill()
    with pytest.raises(EngineError, match="cannot be reached") as caught:
        fetch(worker, None)
    assert caught.value.kind is ErrorKind.NETWORK


def test_a_folder_that_cannot_be_written_is_said(worker: WorkerProcess, tmp_path: Path) -> None:
    (tmp_path / "to").write_text("a file")
    with pytest.raises(EngineError, match="cannot be written"):
        fetch(worker, tmp_path / "to" / "in")


def test_cancel_ends_it_in_time_and_keeps_what_is_there(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.rate_bytes_per_s = 200_000
    call = worker.call("fetch", order(tmp_path / "to"), timeout_s=LIMIT_S)
    begun = tmp_path / "to" / "model.safetensors.incomplete"
    assert becomes(lambda: begun.exists() and begun.stat().st_size > 30_000)
    call.cancel_request()
    with pytest.raises(RequestCancelled):
        call.result(CANCEL_LIMIT_S)
    assert worker.alive
    assert begun.stat().st_size > 30_000


def test_a_hub_that_falls_silent_cannot_hold_a_cancel_up(
    worker: WorkerProcess, hub: Hub, tmp_path: Path
) -> None:
    hub.rate_bytes_per_s = 1
    call = worker.call("fetch", order(tmp_path / "to"), timeout_s=LIMIT_S)
    assert becomes(lambda: (tmp_path / "to").exists())
    assert becomes(lambda: bool(hub.asked))
    call.cancel_request()
    with pytest.raises(RequestCancelled):
        call.result(CANCEL_LIMIT_S + 5)  # the client ends the worker then


def test_the_worker_that_fetches_is_the_only_one_with_a_token(info: EngineInfo) -> None:
    assert info.environment == ("HF_TOKEN",)
    others = [read_manifest(p) for p in ENGINES_FOLDER.glob("*/engine.toml")]
    assert [o.name for o in others if "HF_TOKEN" in o.environment] == ["hub"]
    assert info.network
