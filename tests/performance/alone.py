"""A library and the worker that runs it, each in a process of its own, asked the same question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines import wire
from engines.api import Prompt
from engines.call import Call, OnToken
from engines.client import WorkerProcess
from engines.environment import worker_environment
from engines.registry import find_engines

CHILD = Path(__file__).parent / "alone_child.py"
SAID = "what should I see in Lisbon in two days, and what should I rather leave out"
LIMIT_S = 120.0
WARM_TOKENS = 8
"""Of the first answer of both, which loads what neither needs again."""


@dataclass(frozen=True, slots=True)
class Answered:
    wall_s: float
    first_s: float
    """From asking to the first token."""
    said: str


class Alone:
    """The library without any of our code, in the environment that a worker gets."""

    def __init__(self, library: str, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), library, str(path)],
            env=worker_environment(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.threads = 0
        self._line()
        self.answer(WARM_TOKENS)

    def answer(self, tokens: int) -> Answered:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"text": SAID, "tokens": tokens}) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        self.threads = told.pop("threads")
        return Answered(**told)

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the library's process ended; what it said stands above"
        return line


class Worker:
    """The same as the program has it."""

    def __init__(self, engine: str, path: Path) -> None:
        self.process = WorkerProcess(find_engines()[engine])
        self.pid = self.process.start().pid
        params = wire.write_model({"path": str(path)})
        self.process.call("load", params, timeout_s=LIMIT_S).result(LIMIT_S)
        self.answer(WARM_TOKENS)

    def answer(self, tokens: int) -> Answered:
        came_s: list[float] = []
        began_s = time.perf_counter()
        call = self.ask(tokens, on_token=lambda _text: came_s.append(time.perf_counter()))
        said = call.result(LIMIT_S)["text"]
        return Answered(time.perf_counter() - began_s, came_s[0] - began_s, said)

    def ask(self, tokens: int, *, text: str = SAID, on_token: OnToken | None = None) -> Call:
        """Returns at once."""
        prompt = Prompt(text=text, settings={"max_new_tokens": tokens})
        return self.process.call(
            "respond", wire.write_prompt(prompt), timeout_s=LIMIT_S, on_token=on_token
        )

    def close(self) -> None:
        self.process.stop()
