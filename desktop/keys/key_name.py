"""Which key a system is asked with."""

from __future__ import annotations

from desktop.catalogue.entry import Entry


def key_name(entry: Entry) -> str:
    """Its name; empty where the system needs none."""
    names = (part.model.get("key") for part in entry.parts)
    return next((name for name in names if isinstance(name, str)), "")
