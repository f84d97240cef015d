"""Bytes and seconds as people read them. 1 GB is 10^9 bytes, as disks and hubs count."""

from __future__ import annotations

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def size(count_bytes: float) -> str:
    """For example "19.2 GB"."""
    for unit, name in _UNITS:
        if count_bytes >= unit * 0.9995:
            return f"{count_bytes / unit:.1f} {name}"
    return f"{count_bytes:.0f} bytes"


def duration(seconds: float) -> str:
    """For example "3 min 20 s"; whole minutes from ten of them on."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 10:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
