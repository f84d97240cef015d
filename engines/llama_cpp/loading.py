"""A GGUF file as a `llama_cpp.Llama`, or the reason why not."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from engines.errors import EngineError, ErrorKind
from engines.llama_cpp.complaints import complaints
from engines.llama_cpp.header import damaged
from engines.llama_cpp.table import Table

_NO_MEMORY = re.compile(
    r"insufficient memory|bad_alloc|out of memory|(failed|unable) to allocate", re.IGNORECASE
)
_DAMAGED = re.compile(r"corrupted or incomplete|failed to read|exceeds remaining|invalid GGUF type")


def load_llama(table: Table) -> Any:
    """Raises EngineError: `needs_download` (damaged), `out_of_memory`, `needs_package` (a GPU is
    wanted and this llama.cpp was built without), `internal`.
    """
    import jinja2
    from llama_cpp import Llama

    on_gpu = use_gpu(table.device)
    threads = thread_count()
    complaints().clear()
    try:
        return Llama(
            str(table.path),
            n_ctx=table.context_tokens,
            n_gpu_layers=-1 if on_gpu else 0,
            offload_kqv=on_gpu,
            op_offload=on_gpu,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=True,  # else it closes the log while it loads; `complaints` says what gets in
        )
    except (ValueError, RuntimeError, MemoryError) as error:
        raise why_not(table, table.path, str(error)) from error
    except jinja2.TemplateError as error:
        sentence = f"The chat template of {table.path.name} cannot be read: {error}"
        raise EngineError(ErrorKind.INTERNAL, sentence) from error


def why_not(table: Table, file: Path, error: str) -> EngineError:
    """What llama.cpp complained of when it should load `file`, as an error with a kind."""
    said = complaints().text() or error
    if _NO_MEMORY.search(said):
        sentence = (
            f"{file.name} with a context of {table.context_tokens} tokens does not fit into "
            f"memory. A smaller 'n_ctx' or a smaller quantisation needs less. ({said})"
        )
        return EngineError(ErrorKind.OUT_OF_MEMORY, sentence)
    if _DAMAGED.search(said):
        return damaged(file, said)
    sentence = f"llama.cpp cannot load {file.name}: {said}"
    return EngineError(ErrorKind.INTERNAL, sentence)


def use_gpu(device: str) -> bool:
    """Raises EngineError (`needs_package`)."""
    if device == "cpu":
        return False
    from llama_cpp import llama_supports_gpu_offload

    if llama_supports_gpu_offload():
        return True
    if device == "gpu":
        sentence = "llama-cpp-python was built for the CPU alone: docs/engines.md says how else."
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"package": "llama-cpp-python"})
    return False


def thread_count() -> int:
    """As many as `engines.environment` gives a worker: two may answer at once."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdecimal() and int(told) else max(1, (os.cpu_count() or 2) // 2)
