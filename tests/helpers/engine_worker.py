"""A real worker of one engine: load, ask, and see what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engines import wire
from engines.api import Prompt
from engines.client import WorkerProcess
from engines.errors import EngineError
from engines.registry import ENGINES_FOLDER, read_manifest
from engines.wire import Responded

LIMIT_S = 60.0
"""No test waits this long unless it fails."""


def worker_of(family: str) -> WorkerProcess:
    """Not started."""
    return WorkerProcess(read_manifest(ENGINES_FOLDER / family / "engine.toml"))


def load(worker: WorkerProcess, model: Mapping[str, Any]) -> Mapping[str, Any]:
    return worker.call("load", {"model": dict(model)}, timeout_s=LIMIT_S).result(LIMIT_S)


def refused(worker: WorkerProcess, model: Mapping[str, Any]) -> EngineError:
    """What `load` fails with."""
    with pytest.raises(EngineError) as caught:
        load(worker, model)
    return caught.value


def respond(
    worker: WorkerProcess, prompt: Prompt, *, on_token: Callable[[str], None] | None = None
) -> Responded:
    call = worker.call("respond", wire.write_prompt(prompt), timeout_s=LIMIT_S, on_token=on_token)
    return wire.read_responded(call.result(LIMIT_S))
