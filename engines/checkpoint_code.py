"""What the two engines share that run a checkpoint through the Python code it brings."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Finished, FinishReason, Probe, Progress, Settings
from engines.errors import EngineError, ErrorKind
from engines.model_files import SOURCE_SETTINGS, locate
from engines.remote_code import code_files, refusal
from engines.token_stream import TokenStream
from engines.weights import digests, weight_files

MODEL_SETTINGS = SOURCE_SETTINGS | {"remote_code", "device", "dtype"}
DTYPES = ("float32", "float16", "bfloat16")
_SPARE = 1.1  # of the weights, and a GiB: caches and working memory
_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Where:
    """Where a model is put, and as what."""

    device: str
    dtype: str


def probe_checkpoint(model: Settings, modules: Collection[str]) -> Probe:
    """Whether a checkpoint with its own code could be loaded. Imports nothing."""
    if wrong := wrong_setting(model):
        return Probe(ok=False, reason=wrong)
    if missing := tuple(m for m in modules if importlib.util.find_spec(m) is None):
        reason = "Packages of its environment are not installed."
        return Probe(ok=False, missing=missing, reason=reason, lacks=ErrorKind.NEEDS_PACKAGE)
    if sentence := refusal(model):
        return Probe(ok=False, reason=sentence, lacks=ErrorKind.REFUSED)
    try:
        folder = checkpoint(model)
    except EngineError as error:
        lost = (str(error.data.get("path", "weights")),)
        return Probe(ok=False, missing=lost, reason=error.researcher, lacks=error.kind)
    weights_bytes = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    return Probe(ok=True, memory_bytes=int(weights_bytes * _SPARE) + _GIB)


def wrong_setting(model: Settings) -> str:
    """What no engine of this kind could make sense of; empty when all is well."""
    if unknown := sorted(set(model) - MODEL_SETTINGS):
        return f"There is no model setting {unknown[0]!r}."
    if model.get("dtype", "auto") not in {"auto", *DTYPES}:
        return f"The model setting 'dtype' must be one of auto, {', '.join(DTYPES)}."
    if not isinstance(model.get("device", "auto"), str):
        return "The model setting 'device' must be a text: auto, cpu, cuda, cuda:1, mps."
    return ""


def checkpoint(model: Settings) -> Path:
    """The folder of a checkpoint. Raises EngineError unless it holds safetensors."""
    folder = locate(model)
    if not (folder / "config.json").is_file() or not list(folder.glob("*.safetensors")):
        sentence = f"{folder} is no checkpoint: it lacks config.json or *.safetensors."
        raise EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, {"path": str(folder)})
    return folder


def where(model: Settings, torch: Any, on_gpu: str) -> Where:
    """Device and dtype as the model table says; "auto": a GPU and `on_gpu`, if there is one."""
    device = str(model.get("device", "auto"))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = str(model.get("dtype", "auto"))
    if dtype == "auto":
        dtype = "float32" if device == "cpu" else on_gpu
    return Where(device, dtype)


def content_digests(folder: Path, progress: Progress) -> dict[str, str]:
    """SHA-256 of weights and code, by their paths in the folder: both make the answer."""
    files = [*weight_files(folder), *code_files(folder)]
    sums = digests(files, progress=lambda share: progress("reading the weights' sums", share))
    return {file.relative_to(folder).as_posix(): digest for file, digest in sums.items()}


def version_of(model: Settings, folder: Path) -> str:
    """What is loaded, in a line: repository or folder, and revision."""
    return f"{model.get('repo') or folder.name}@{model.get('revision')}"


def answer(
    stream: TokenStream,
    cancelled: Cancelled,
    *,
    version: str,
    ends: Collection[int],
) -> Generator[str, None, Finished]:
    """Pass a stream on; tell how it ended. `ends` are ids after which a model says no more."""
    try:
        yield from stream.pieces()
    except EngineError:
        raise
    except Exception as error:  # code of a checkpoint raises anything
        raise as_engine_error(error) from error
    count = len(stream.ids)
    if cancelled():
        reason = FinishReason.CANCELLED
    elif stream.ids and stream.ids[-1] in ends:
        reason = FinishReason.STOP
    else:
        reason = FinishReason.LENGTH
    return Finished(reason, version, stream.prompt_tokens or None, count, stream.encode_ms)


def as_engine_error(error: Exception) -> Exception:
    """A library's exception as the kind it is; itself where it is no kind of ours."""
    text = f"{type(error).__name__}: {error}"
    if "OutOfMemoryError" in text or "DefaultCPUAllocator" in text:
        sentence = f"There is not enough memory for this model. {text:.500}"
        return EngineError(ErrorKind.OUT_OF_MEMORY, sentence)
    if isinstance(error, ImportError):
        sentence = f"Its code asks for a package that its environment lacks. {text:.500}"
        return EngineError(ErrorKind.NEEDS_PACKAGE, sentence)
    return error
