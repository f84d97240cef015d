"""A real worker, asked in one line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from engines import wire
from engines.api import Loaded, Probe, Prompt, Transcription
from engines.call import Call, OnToken
from engines.client import WorkerProcess
from engines.registry import EngineInfo

LIMIT_S = 60.0
"""Only a hung worker takes this long."""


class AskedWorker:
    """A started worker; each method waits for its answer and raises EngineError."""

    def __init__(self, info: EngineInfo, extra_env: Mapping[str, str] | None = None) -> None:
        self.process = WorkerProcess(info, extra_env=extra_env)
        self.pid = 0

    def __enter__(self) -> AskedWorker:
        self.pid = self.process.start().pid
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.process.stop()

    def probe(self, **model: Any) -> Probe:
        return wire.read_probe(self._call("probe", {"model": model}))

    def load(self, **model: Any) -> Loaded:
        return wire.read_loaded(self._call("load", {"model": model}))[0]

    def unload(self) -> None:
        self._call("unload", {})

    def transcribe(self, take: Path) -> Transcription:
        params = {"wav_path": str(take), "settings": {}}
        return wire.read_transcription(self._call("transcribe", params))[0]

    def respond(self, prompt: Prompt) -> wire.Responded:
        return wire.read_responded(self.begin(prompt).result(LIMIT_S))

    def begin(self, prompt: Prompt, on_token: OnToken | None = None) -> Call:
        """Ask and do not wait."""
        return self.process.call(
            "respond", wire.write_prompt(prompt), timeout_s=LIMIT_S, on_token=on_token
        )

    def _call(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.process.call(method, params, timeout_s=LIMIT_S).result(LIMIT_S)
