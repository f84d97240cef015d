"""What an engine raised, as the caller of its worker is told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines import messages
from engines.errors import EngineError, ErrorKind
from engines.messages import Failure, MessageError

_SENTENCE_LIMIT = 2000  # characters of a library's own message that are passed on


def as_engine_error(error: BaseException) -> EngineError:
    """Whatever an engine or its library raised."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, MemoryError):
        return EngineError(ErrorKind.OUT_OF_MEMORY, "The worker ran out of memory.")
    if isinstance(error, ModuleNotFoundError) and error.name:
        sentence = f"The Python package {error.name!r} is missing in the worker's environment."
        return EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"package": error.name})
    sentence = f"The engine failed with {type(error).__name__}: {error}"[:_SENTENCE_LIMIT]
    return EngineError(ErrorKind.INTERNAL, sentence)


def failure(request_id: int, error: EngineError) -> Failure:
    """The message that tells it."""
    data: Mapping[str, Any] = error.to_wire()
    told = Failure(request_id, messages.ENGINE_ERROR, error.researcher, data)
    try:
        messages.encode(told)
    except MessageError:  # an engine put into `data` what JSON cannot carry
        return Failure(request_id, messages.ENGINE_ERROR, error.researcher, {"kind": error.kind})
    return told
