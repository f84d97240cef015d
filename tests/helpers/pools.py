"""Systems for a pool, made of the scripted engine, and what came of a question."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from engines.api import Answer, Part, System
from engines.errors import EngineError
from engines.pool import Asked

LIMIT_S = 20.0
"""No test waits this long unless it fails."""
FOREVER_MS = 60_000

EARS = Part("echo", {"heard": ["what time is it"]})


def lam(system_id: str, **script: Any) -> System:
    return System(system_id, "1", Part("echo", script | {"answers": ["hello"]}))


def cascade(system_id: str, ears: Part = EARS, **script: Any) -> System:
    return System(system_id, "1", Part("echo", script), ears, "scripted")


def answer(asked: Asked) -> Answer:
    return asked.future.result(LIMIT_S)


def error(future: Future[Any]) -> EngineError:
    caught = future.exception(LIMIT_S)
    assert isinstance(caught, EngineError)
    return caught
