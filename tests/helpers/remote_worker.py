"""A worker with its server, as the tests of the engines behind an address hold them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines import wire
from engines.api import Prompt, Turn
from engines.client import WorkerProcess
from engines.errors import EngineError
from engines.registry import find_engines
from engines.wire import Responded
from tests.helpers.fake_api import FakeApi
from tests.helpers.processes import becomes

LIMIT_S = 30.0
KEY = "sk-tests-0123456789abcdef"


@dataclass
class Remote:
    """A loaded worker, and the server it asks."""

    api: FakeApi
    worker: WorkerProcess

    def call(self, prompt: Prompt, on_token: Any = None) -> Any:
        params = wire.write_prompt(prompt)
        return self.worker.call("respond", params, timeout_s=LIMIT_S, on_token=on_token)

    def ask(self, prompt: Prompt) -> Responded:
        return wire.read_responded(self.call(prompt).result(LIMIT_S))

    def error(self, prompt: Prompt) -> EngineError:
        error = self.call(prompt).exception(LIMIT_S)
        assert isinstance(error, EngineError)
        return error

    def left_after_cancel_s(self, prompt: Prompt, *, begun: bool) -> float:
        """Cancel while the server hangs; how long until the server sees the client leave."""
        tokens: list[str] = []
        call = self.call(prompt, tokens.append)
        assert becomes(lambda: len(self.api.questions) == 1)
        assert becomes(lambda: bool(tokens) is begun)
        cancelled_s = time.monotonic()
        call.cancel_request()
        assert call.result(LIMIT_S)["finish"] == "cancelled"
        assert becomes(lambda: bool(self.api.left))
        return self.api.left[0] - cancelled_s


@contextmanager
def remote(family: str, api: FakeApi, model: Mapping[str, Any], key: str = "") -> Iterator[Remote]:
    """Start and load a worker of `family`."""
    with WorkerProcess(find_engines()[family], key=key) as worker:
        worker.start()
        params = wire.write_model(model, key)
        worker.call("load", params, timeout_s=LIMIT_S).result(LIMIT_S)
        yield Remote(api, worker)


def spoken(take: Path, **more: Any) -> Prompt:
    """A take with all that can go with it."""
    whole: dict[str, Any] = {
        "wav_path": take,
        "instruction": "Respond conversationally to the speech provided.",
        "system_prompt": "You are a helpful assistant.",
        "history": (Turn("hello", "hello to you"),),
        "seed": 7,
    }
    return Prompt(**whole | more)
