"""One line for each battle where merged exports hold several: decided as the ranker decides.

A later export of a station knows more: a vote was corrected, a reason added, a participant withdrew
(which always wins: consent is gone). What was read back from a dialect tells the same in fewer
words. Anything else is two stories about one battle, and neither is believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

Line = Mapping[str, Any]

EARLIER, CONFLICTING = "earlier copy", "conflicting copies"
_COMPARED = ("station", "study", "participant", "simulated", "kind", "a", "b")


def one_each(lines: Iterable[Line], exclusions: Counter[str]) -> Iterator[Line]:
    """Battles in the order they first come; what is left out is added to `exclusions` by rule."""
    copies: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        copies[line["battle_id"]].append(line)
    for same in copies.values():
        latest = _latest(same)
        if latest is None:
            exclusions[CONFLICTING] += len(same)
            continue
        if len(same) > 1:
            exclusions[EARLIER] += len(same) - 1
        yield latest


def _latest(copies: list[Line]) -> Line | None:
    if len(copies) == 1:
        return copies[0]
    if withdrawn := [line for line in copies if line["state"] == "withdrawn"]:
        return min(withdrawn, key=str)
    whole = [line for line in copies if not any(_tells_less(line, other) for other in copies)]
    ordered = sorted(whole, key=lambda line: (len(line["votes"]), len(str(line)), str(line)))
    if all(_goes_on(after, before) for before, after in pairwise(ordered)):
        return ordered[-1]
    return None


def _goes_on(after: Line, before: Line) -> bool:
    """Whether `after` tells what `before` tells, and perhaps more."""
    ids = [[vote["id"] for vote in line["votes"]] for line in (before, after)]
    return (
        all(after[key] == before[key] for key in _COMPARED)
        and after["state"] == before["state"]
        and ids[1][: len(ids[0])] == ids[0]
        and (len(ids[1]) > len(ids[0]) or after["vote"] == before["vote"])
    )


def _tells_less(line: Line, other: Line) -> bool:
    """Whether `line` is `other` as `local_db.importing` reads it back from a dialect: without
    versions, and with an id for the vote that is made from the battle's."""
    vote, there = line["vote"], other["vote"]
    if vote is None or there is None or vote["id"] != f"{line['battle_id']} vote":
        return False
    return (
        vote["id"] != there["id"]
        and vote["choice"] == there["choice"]
        and line["state"] == other["state"]
        and all(line[key] == other[key] for key in _COMPARED if key not in ("a", "b"))
        and all(_may_be(line[slot], other[slot]) for slot in ("a", "b"))
    )


def _may_be(name: Line, system: Line) -> bool:
    """Whether `name` is what a dialect calls `system` (`choosing.names_of`)."""
    if name.get("version") is not None or name.get("fingerprint") is not None:
        return False
    version = f"{system['system']} {system.get('version')}"
    digest = f" {(system.get('fingerprint') or '')[:8]}"
    known = {system["system"], version, version + digest, system["system"] + digest}
    return name["system"] in known
