"""The most memory that workers take, as the machine tells it."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from tests.helpers.processes import children

_EVERY_S = 0.1


class Peak(Protocol):
    """A context manager around the life of some workers; read `peak_bytes` before they end."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def peak_bytes(self) -> int: ...


class MainMemory:
    """Of the children that were started meanwhile: the sum of their own peaks."""

    def __enter__(self) -> Self:
        self._before = children(os.getpid())
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def peak_bytes(self) -> int:
        return sum(_high_water(pid) for pid in children(os.getpid()) - self._before)


class CudaMemory:
    """Of one CUDA device, by nvidia-smi: the most that is used, less what was before.

    Whatever else runs there counts, too.
    """

    def __init__(self, number: int = 0) -> None:
        self._number = number
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._most = 0

    def __enter__(self) -> Self:
        self._before = self._used()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def peak_bytes(self) -> int:
        return max(self._most, self._used()) - self._before

    def _look(self) -> None:
        while not self._ended.wait(_EVERY_S):
            self._most = max(self._most, self._used())

    def _used(self) -> int:
        asked = ["nvidia-smi", f"--id={self._number}", "--query-gpu=memory.used"]
        form = "--format=csv,noheader,nounits"
        told = subprocess.run([*asked, form], stdout=subprocess.PIPE, text=True, check=True)
        return int(told.stdout) * 2**20


def _high_water(pid: int) -> int:
    """Zero of a child that ended meanwhile."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)
    return int(found[1]) * 1024 if found else 0
