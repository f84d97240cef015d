"""What the operating system says about processes, threads aside. Linux only."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 10.0
"""Only a failing test waits this long."""


def group_members(group: int) -> set[int]:
    """Living processes of a process group; zombies do not count."""
    return {
        pid for pid, (state, _, pgrp) in _table().items() if pgrp == group and state not in "ZX"
    }


def children(parent: int) -> set[int]:
    """Living children of a process."""
    return {pid for pid, (state, ppid, _) in _table().items() if ppid == parent and state != "Z"}


def zombies_of(parent: int) -> set[int]:
    return {pid for pid, (state, ppid, _) in _table().items() if ppid == parent and state == "Z"}


def open_descriptors() -> set[int]:
    # Asked again one by one, because looking into the folder opens a descriptor of its own.
    return {int(link.name) for link in Path("/proc/self/fd").iterdir() if link.exists()}


def peak_mib(pid: int) -> float:
    """The most memory that a process has ever had in use at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def becomes(condition: Callable[[], bool], limit_s: float = PATIENCE_S) -> bool:
    """Wait for a condition of the operating system, which sends no signal."""
    until = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def _table() -> dict[int, tuple[str, int, int]]:
    """pid -> state, parent, process group."""
    found = {}
    # Not `glob`: it looks at each file by itself, and raises where a process ended before it.
    for process in (entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()):
        stat = process / "stat"
        try:
            state, ppid, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it ended while we looked
        found[int(stat.parent.name)] = (state, int(ppid), int(pgrp))
    return found
