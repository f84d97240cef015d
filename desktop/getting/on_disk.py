"""What a system takes on the disk of this station: its weights, and its engines' environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop.catalogue.entry import Entry
from desktop.catalogue.sources import sources_of
from desktop.getting.weights_folder import PART, begun_bytes
from engines.registry import EngineInfo


def is_on_disk(entry: Entry, engines: Mapping[str, EngineInfo], models: Path | None) -> bool:
    """Whether something could be freed, begun downloads included. Without `models`: unknown, no."""
    if models is None:
        return False
    return any(True for _ in weights_of(entry, models)) or bool(made_for(entry, engines))


def weights_of(entry: Entry, models: Path) -> Iterator[Path]:
    """Folders of its weights that are here, whole or begun."""
    for source in sources_of(entry):
        if source.revision:
            place = models / source.folder
            yield from (p for p in (place, place.with_name(place.name + PART)) if p.is_dir())


def begun_of(entry: Entry, models: Path) -> int:
    """Bytes of it that came before something stopped it."""
    return sum(begun_bytes(place) for place in weights_of(entry, models) if place.suffix == PART)


def made_for(entry: Entry, engines: Mapping[str, EngineInfo]) -> list[str]:
    """Names of its engines whose own environments are made."""
    engine_names = dict.fromkeys(part.engine for part in entry.parts)
    known = (engines[name] for name in engine_names if name in engines)
    return [info.name for info in known if info.own is not None and info.python.exists()]
