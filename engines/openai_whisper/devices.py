"""Where a Whisper is loaded: CUDA or the CPU, and what is free there."""

from __future__ import annotations

from pathlib import Path

from engines.errors import EngineError, ErrorKind
from engines.memory import free_memory_bytes

_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # NVIDIA, AMD, either under WSL


def choose_device(wanted: str) -> str:
    """A device of torch for `auto`, `cpu`, `cuda` or `cuda:N`.

    torch is imported only where that could be another than the CPU. Raises EngineError
    (`internal`) for one that is not here.
    """
    if wanted == "cpu" or (wanted == "auto" and not _has_driver()):
        return "cpu"
    import torch

    if not torch.cuda.is_available():
        if wanted == "auto":
            return "cpu"
        sentence = f'There is no {wanted} on this machine; say device = "auto".'
        raise EngineError(ErrorKind.INTERNAL, sentence)
    number = int(wanted.partition(":")[2] or 0)
    if number >= torch.cuda.device_count():
        sentence = f"There are {torch.cuda.device_count()} CUDA devices here, and no {wanted}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return "cuda" if wanted == "auto" else wanted


def free_bytes(device: str) -> int | None:
    """Memory that is free on a device; None where it does not say."""
    if device == "cpu":
        return free_memory_bytes()
    import torch

    return int(torch.cuda.mem_get_info(device)[0])


def _has_driver() -> bool:
    return any(Path(driver).exists() for driver in _DRIVERS)
