"""What figures were measured on, in words that mean something to others."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
from pathlib import Path

GIB = 2**30


def machine() -> dict[str, str]:
    """Name -> what it is. Nothing that tells whose machine it is."""
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": _memory(),
        "System": f"{_system()}, {platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "PySide6": importlib.metadata.version("PySide6-Essentials"),
        "SQLite": sqlite3.sqlite_version,
    }


def load() -> str:
    """How busy the machine is with everything, as the mean over the last minute."""
    try:
        return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    except OSError:  # Windows has no such number
        return "load unknown"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # Windows has no sysconf
        return "unknown"
    return f"{size / GIB:.0f} GiB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:  # neither Windows nor macOS has one
        return platform.platform(aliased=True, terse=True)
