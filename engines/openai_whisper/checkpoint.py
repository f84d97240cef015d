"""A Whisper from its `.pt` file, which is a pickle: opened so that no program in it can run.

`whisper.load_model` does the same steps, but takes a name for something to download, and whether
it keeps programs out is decided by comparing version numbers as text. That is not left to it.
"""

from __future__ import annotations

import pickle
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engines.errors import EngineError, ErrorKind

SAFE_TORCH = (2, 10)
"""From here on `torch.load(weights_only=True)` is trusted with a file of a stranger: before it, it
could be made to write outside of its memory (CVE-2025-32434, CVE-2026-24747)."""


def require_safe_torch() -> None:
    """Raises EngineError (`needs_package`) where torch is missing or too old. Imports nothing."""
    least = ".".join(map(str, SAFE_TORCH))
    try:
        found = version("torch")
    except PackageNotFoundError:
        found = "none"
    digits = re.match(r"(\d+)\.(\d+)", found)
    if digits is None or (int(digits[1]), int(digits[2])) < SAFE_TORCH:
        sentence = f"A .pt file is only opened with torch {least} or newer; there is {found}."
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"package": "torch"})


def load_checkpoint(path: Path, device: str) -> Any:
    """A `whisper.Whisper` on `device`, ready to be used.

    Raises EngineError: `internal` where the file holds anything but a Whisper's weights,
    `needs_download` where it is damaged, `needs_package`, `out_of_memory`.
    """
    require_safe_torch()
    import torch
    from whisper import ModelDimensions, Whisper

    content = _read(path)
    try:
        model = Whisper(ModelDimensions(**content["dims"]))
        model.load_state_dict(content["model_state_dict"])
        return model.to(device)
    except torch.OutOfMemoryError as error:
        sentence = f"{path.name} does not fit into the memory of {device}: {error}"
        raise EngineError(ErrorKind.OUT_OF_MEMORY, sentence) from error
    except (KeyError, TypeError, RuntimeError, AttributeError, ValueError) as error:
        # RuntimeError: tensors that are not those of the dimensions, and CUDA that is not there.
        sentence = f"{path.name} cannot be loaded as a Whisper: {error}"
        raise EngineError(ErrorKind.INTERNAL, sentence) from error


def _read(path: Path) -> Any:
    import torch

    try:
        # On the CPU first: what does not fit on the device is told apart from what is damaged.
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        sentence = (
            f"{path.name} was not loaded: it holds something other than weights, which could be a "
            f"program, or it is no checkpoint at all. Use a file whose origin you know."
        )
        raise EngineError(ErrorKind.INTERNAL, sentence) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        sentence = f"{path.name} is damaged or not complete; fetch it again. ({error})"
        raise EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence) from error
