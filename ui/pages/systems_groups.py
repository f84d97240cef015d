"""How the systems page divides its rows: first what can compete now, last what nobody can have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ui.state import Availability, SystemRow


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    note: str = ""
    command: str = ""
    """What has to be typed first."""


READY = Group("Can compete now")
CHECKING = Group("Being checked")
BROKEN = Group("Not working")
TO_SET_UP = Group("Can be set up here")
ELSEWHERE = Group("Missing something")
UNAVAILABLE = Group("Not available")
_ORDER = (READY, CHECKING, BROKEN, TO_SET_UP)
_BY_AVAILABILITY = {
    Availability.READY: READY,
    Availability.CHECKING: CHECKING,
    Availability.BROKEN: BROKEN,
    Availability.UNAVAILABLE: UNAVAILABLE,
}


def grouped(rows: Iterable[SystemRow]) -> dict[Group, list[SystemRow]]:
    """Groups in the order of the page, none empty; rows keep their order within one."""
    found: dict[Group, list[SystemRow]] = {group: [] for group in _ORDER}
    for row in rows:
        found.setdefault(_group_of(row), []).append(row)
    for last in (ELSEWHERE, UNAVAILABLE):
        if last in found:
            found[last] = found.pop(last)
    return {group: members for group, members in found.items() if members}


def _group_of(row: SystemRow) -> Group:
    if row.availability is not Availability.MISSING:
        return _BY_AVAILABILITY[row.availability]
    if row.first:
        note = "Type this in Earshot’s folder, then start Earshot again."
        return Group("Need more of Earshot first", note, row.first)
    return TO_SET_UP if row.ways else ELSEWHERE
