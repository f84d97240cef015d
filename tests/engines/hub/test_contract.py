"""The fetcher is an engine like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.client import WorkerProcess
from engines.registry import EngineInfo
from tests.engines.contract import LIMIT_S, EngineContract
from tests.helpers.hub import Hub

pytestmark = pytest.mark.local
REPO = "someone/model"


class TestHub(EngineContract):
    family = "hub"

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def hub(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
        with Hub() as hub, pytest.MonkeyPatch.context() as patch:
            hub.add(REPO, {"config.json": b"{}"})
            patch.setenv("HF_ENDPOINT", hub.endpoint)
            patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
            yield hub

    def test_loads_again_after_unload(self, info: EngineInfo, take: Path) -> None:
        """And needs no `load` to fetch."""
        del take
        with WorkerProcess(info) as worker:
            worker.start()
            for _ in range(2):
                worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
                worker.call("unload", {}, timeout_s=LIMIT_S).result(LIMIT_S)
            assert self._any_request(worker, info, Path()).result(LIMIT_S)["files"]

    def _any_request(self, worker: WorkerProcess, info: EngineInfo, take: Path) -> Any:
        del info, take
        params = {"model": {"repo": REPO, "allow": ["*.json"]}, "folder": None}
        return worker.call("fetch", params, timeout_s=LIMIT_S)
