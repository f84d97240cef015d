"""Taking the weights of a system away, but for those that another one still uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.catalogue.entry import Entry
from desktop.catalogue.pins import CONTENT, read_pins, write_pins
from desktop.catalogue.sources import sources_of
from desktop.getting.weights_folder import PART, only_one, remove
from desktop.paths import Home


@dataclass(frozen=True, slots=True)
class Removed:
    freed_bytes: int
    kept: Mapping[str, str]
    """Repository -> the other system that uses it."""


def remove_weights(entry: Entry, catalogue: Mapping[str, Entry], home: Home) -> Removed:
    """Free the disk of what only this system needs, begun downloads included.

    A pin of the hub stays, so that the same revision comes back; a pin of a folder that was
    pointed to goes with its link. Raises EarshotError, Busy.
    """
    freed, kept = 0, {}
    with only_one(home.models):
        for source in sources_of(entry):
            if not source.revision:
                continue
            if other := _other_user(source.repo, source.revision, entry, catalogue, home):
                kept[source.repo] = other
                continue
            place = home.models / source.folder
            freed += remove(place) + remove(place.with_name(place.name + PART))
            pins = read_pins(home.catalogue)
            pin = pins.by_repo.get(source.repo)
            if pin is not None and pin.of == CONTENT:
                write_pins(home.catalogue, pins.without(source.repo))
    return Removed(freed, kept)


def _other_user(
    repo: str, revision: str, entry: Entry, catalogue: Mapping[str, Entry], home: Home
) -> str:
    """Another system that could run now and would not any more; empty when there is none."""
    for other in catalogue.values():
        sources = sources_of(other)
        uses = any((s.repo, s.revision) == (repo, revision) for s in sources)
        another = other.system.id != entry.system.id
        if another and uses and all(source.is_here(home.models) for source in sources):
            return other.system.id
    return ""
