"""What libraries raise, in the words of `engines.errors`."""

from __future__ import annotations

import contextlib
import gc
import re
import traceback
from collections.abc import Iterator

from engines.errors import EngineError, ErrorKind

_NEEDED = re.compile(r"requires the (\S+) library")
_NO_MEMORY = re.compile(r"out of memory|can(?:'|no)t allocate memory", re.IGNORECASE)
_SENTENCE_LIMIT = 500


@contextlib.contextmanager
def told_as_engine_errors(doing: str) -> Iterator[None]:
    """Raise `EngineError` in place of what a library raises for a fault of the world.

    `doing` completes "It failed while …". What says nothing of the world passes as it is.
    """
    try:
        yield
    except EngineError:
        raise
    except Exception as error:  # told apart by what it says
        known = as_engine_error(error, doing)
        if known is None:
            raise
        raise known from None


def as_engine_error(error: BaseException, doing: str) -> EngineError | None:
    """None for what is no known fault of the world.

    The traceback goes into the worker's log; where memory ran out it is taken apart instead,
    because its frames hold the tensors that did not fit.
    """
    told = _as_engine_error(error, doing)
    if told is not None and told.kind is ErrorKind.OUT_OF_MEMORY:
        traceback.clear_frames(error.__traceback__)
        give_memory_back()
    elif told is not None and told is not error:
        traceback.print_exception(error)
    return told


def _as_engine_error(error: BaseException, doing: str) -> EngineError | None:
    if isinstance(error, EngineError):
        return error
    text = " ".join(str(error).split())[:_SENTENCE_LIMIT]
    if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
        sentence = (
            f"There was not enough memory while {doing}. Unload another system, load this one in "
            "fewer bits (dtype), or choose a smaller one."
        )
        return EngineError(ErrorKind.OUT_OF_MEMORY, sentence, {"library": text})
    if any("torchvision::" in str(cause) for cause in _causes(error)):
        sentence = "The torchvision here does not belong to this torch: remove it, or match it."
        return EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"packages": ["torchvision"]})
    if isinstance(error, ImportError):
        return _needs_package(error)
    if type(error).__name__ == "SafetensorError" or isinstance(error, OSError | EOFError):
        sentence = f"A file of the model is missing or broken; it failed while {doing}: {text}"
        return EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence)
    if isinstance(error, ValueError | KeyError | RuntimeError | AttributeError | TypeError):
        sentence = f"It failed while {doing}: {type(error).__name__}: {text}"
        return EngineError(ErrorKind.INTERNAL, sentence)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what led to it: transformers' own names only the class it could not get."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def give_memory_back() -> None:
    """Return to the device what no tensor uses any more."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _needs_package(error: ImportError) -> EngineError:
    needed = sorted({name.lower() for name in _NEEDED.findall(str(error))})
    packages = needed or ([error.name] if error.name else [])
    told = ", ".join(packages) or "a package"
    sentence = f"This model needs {told}, which is not installed: {' '.join(str(error).split())}"
    data = {"packages": packages}
    return EngineError(ErrorKind.NEEDS_PACKAGE, sentence[:_SENTENCE_LIMIT], data)
