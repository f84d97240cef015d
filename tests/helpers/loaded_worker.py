"""A real worker process with the scripted engine, loaded and ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.call import Call
from engines.client import WorkerProcess
from engines.limits import CANCEL_LIMIT_S, KILL_LIMIT_S, TERMINATE_LIMIT_S
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest

LIMIT_S = 60.0
"""No test waits this long unless it fails."""
FOREVER_MS = 600_000
END_LIMIT_S = CANCEL_LIMIT_S + TERMINATE_LIMIT_S + KILL_LIMIT_S

ECHO = read_manifest(ENGINES_FOLDER / "echo" / "engine.toml")


class Loaded:
    """An echo worker that has said hello and read its script."""

    def __init__(self, model: Mapping[str, Any], info: EngineInfo = ECHO, **options: Any) -> None:
        self.worker = WorkerProcess(info, **options)
        self.pid = self.worker.start().pid
        self.worker.call("load", {"model": model}, timeout_s=LIMIT_S).result(LIMIT_S)

    def respond(self, timeout_s: float = LIMIT_S, **options: Any) -> Call:
        return self.worker.call("respond", {"text": "hello"}, timeout_s=timeout_s, **options)

    def __enter__(self) -> Loaded:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()
