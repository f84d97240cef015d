"""The systems that could compete on this station: data from `resources/catalogue`, and its own.

Somebody adds a system by putting a file of the same form into `<data>/systems`; no code changes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from desktop.catalogue.entry import Entry
from desktop.catalogue.pins import NAME as PINS
from desktop.catalogue.pins import Pins, read_pins
from desktop.catalogue.reading import read_entry
from desktop.errors import CatalogueProblem
from desktop.paths import Home
from resources import FOLDER

__all__ = ["SHIPPED", "Entry", "read_catalogue", "read_file", "same_generators"]

SHIPPED = FOLDER / "catalogue"
_LARGEST_BYTES = 1_000_000
"""More than anybody writes."""


def read_catalogue(home: Home | None = None, *, shipped: Path = SHIPPED) -> dict[str, Entry]:
    """System id -> entry: the shipped ones, then those of the station, with its pins.

    Raises CatalogueProblem naming the file, the system and the field that cannot be used.
    """
    pins = read_pins(home.catalogue) if home else Pins()
    entries: dict[str, Entry] = {}
    folders = [(shipped, False)] + ([(home.catalogue, True)] if home else [])
    for folder, own in folders:
        for path in sorted(folder.glob("*.toml"), key=_order):
            if path.name != PINS:
                _put_into(entries, read_file(path, pins, own=own))
    for entry in entries.values():
        successor = entry.status.successor
        if successor and successor not in entries:
            raise CatalogueProblem(
                f"{entry.file.name}: {entry.system.id}: “successor” names {successor}, which is in "
                "no file.",
                "Check the spelling.",
            )
    return entries


def read_file(path: Path, pins: Pins | None = None, *, own: bool = True) -> list[Entry]:
    """The systems of one file. Raises CatalogueProblem."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise CatalogueProblem(f"{path.name} is larger than {_LARGEST_BYTES:,} bytes.")
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise CatalogueProblem(
            f"The catalogue file {path.name} cannot be read: {error}."
        ) from error
    if unknown := sorted(set(values) - {"system"}):
        raise CatalogueProblem(f"{path.name}: “{unknown[0]}” is no key; systems are [[system]].")
    tables = values.get("system", [])
    if not isinstance(tables, list):
        raise CatalogueProblem(f"{path.name}: systems are written as [[system]], twice bracketed.")
    folder = path.parent.absolute()
    whole = [_with_whole_paths(table, folder) for table in tables]
    return [read_entry(path, table, pins or Pins(), own=own) for table in whole]


def same_generators(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """Pairs of ids behind which the very same thing answers: same parts, prompts and settings."""
    seen: dict[str, str] = {}
    pairs = []
    for entry in entries:
        key = json.dumps(entry.generator, sort_keys=True)
        first = seen.setdefault(key, entry.system.id)
        if first != entry.system.id:
            pairs.append((first, entry.system.id))
    return pairs


def _with_whole_paths(table: Any, folder: Path) -> Any:
    """A system's table; a relative `path` of its models begins at the folder of its file."""
    if not isinstance(table, Mapping):
        return table
    parts = {
        name: {**part, "model": _from_folder(part["model"], folder)}
        for name in ("responder", "recogniser")
        if isinstance(part := table.get(name), Mapping) and "model" in part
    }
    return {**table, **parts}


def _from_folder(value: Any, folder: Path) -> Any:
    if not isinstance(value, Mapping):
        return value
    inside = {name: _from_folder(item, folder) for name, item in value.items()}
    path = inside.get("path")
    if isinstance(path, str) and path and not path.startswith("~"):
        inside["path"] = str(folder / path)
    return inside


def _order(path: Path) -> tuple[int, str]:
    """What runs anywhere first, then the paper's."""
    first = ("baselines.toml", "paper.toml")
    return (first.index(path.name) if path.name in first else len(first), path.name)


def _put_into(entries: dict[str, Entry], more: Iterable[Entry]) -> None:
    for entry in more:
        if (taken := entries.get(entry.system.id)) is not None:
            whose = "a shipped system" if entry.own and not taken.own else taken.file.name
            raise CatalogueProblem(
                f"{entry.file.name}: the id {entry.system.id} is taken by {whose}.",
                "Give it another id: an id never means two things.",
            )
        entries[entry.system.id] = entry
