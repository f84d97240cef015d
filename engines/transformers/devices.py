"""Where a model is loaded: CUDA, Apple's MPS or the CPU, and what is free there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from engines.errors import EngineError, ErrorKind
from engines.memory import free_memory_bytes

_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # NVIDIA, AMD, either under WSL
_NAMES = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def choose_device(wanted: object) -> str:
    """A device of torch for `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.

    torch is imported only where a driver says that there could be more than a CPU. Raises
    EngineError (`internal`) for what is no device or is not here.
    """
    if not isinstance(wanted, str) or not _NAMES.fullmatch(wanted):
        sentence = f"{wanted!r} is no device: auto, cpu, cuda, cuda:N or mps."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    if wanted == "cpu" or (wanted == "auto" and not _could_have_more()):
        return "cpu"
    import torch

    found = ["cuda"] if torch.cuda.is_available() else []
    found += ["mps"] if torch.backends.mps.is_available() else []
    if wanted == "auto":
        return found[0] if found else "cpu"
    number = int(wanted.partition(":")[2] or 0)
    if wanted.partition(":")[0] not in found or (number and number >= torch.cuda.device_count()):
        sentence = f'There is no {wanted} on this machine; say device = "auto".'
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return wanted


def free_bytes(device: str) -> int | None:
    """Memory that is free on a device; None where it does not say."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    return free_memory_bytes()  # MPS shares the main memory


def _could_have_more() -> bool:
    if sys.platform != "linux":
        return True
    return any(Path(driver).exists() for driver in _DRIVERS)
