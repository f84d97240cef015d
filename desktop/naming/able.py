"""Whether systems that somebody named could answer here, said before anybody waits for them."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.catalogue.catalogue import Entry
from desktop.errors import EarshotError
from desktop.pages.systems_desk import check_systems, list_systems
from desktop.paths import Home
from ui.state import Availability, SystemRow


def require_had(entry: Entry, home: Home) -> None:
    """Raises EarshotError, with its successor, for what nobody can have. Starts nothing."""
    (row,) = list_systems({entry.system.id: entry}, home)
    if row.availability is Availability.UNAVAILABLE:
        raise EarshotError(f"{row.id} is {row.status_text}.", row.detail)


def require_able(entries: Iterable[Entry], home: Home) -> None:
    """Ask the engines of what is here, as `systems check` does; takes seconds.

    Raises EarshotError that says of each system that cannot run why, and how to get it.
    """
    rows = check_systems({entry.system.id: entry for entry in entries}, home=home)
    unable = [_said(row) for row in rows if row.availability is not Availability.READY]
    if unable:
        raise EarshotError("\n".join(unable))


def _said(row: SystemRow) -> str:
    how = f" To get it: {row.how_to_get}" if row.how_to_get else ""
    name = row.label if row.label == row.id else f"{row.label} ({row.id})"
    return f"{name} cannot answer here: {row.status_text}. {row.detail}{how}"
