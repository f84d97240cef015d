"""Listens to the calls that make files durable; they still happen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def traced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """A list that grows by (call, path) with every fsync and rename from now on. Linux only."""
    calls: list[tuple[str, str]] = []
    fsync, replace = os.fsync, Path.replace

    def traced_fsync(descriptor: int) -> None:
        calls.append(("fsync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def traced_replace(self: Path, target: Path) -> Path:
        calls.append(("replace", str(target)))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", traced_fsync)
    monkeypatch.setattr(Path, "replace", traced_replace)
    return calls
