"""The systems that could compete on this station: data read from `resources/catalogue`."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import CatalogueProblem
from engines.api import Part, System
from resources import FOLDER

SHIPPED = FOLDER / "catalogue"


@dataclass(frozen=True, slots=True)
class Entry:
    """One system of the catalogue, with what a researcher should know about it."""

    system: System
    label: str
    """For the researcher, and for the participant after the reveal."""
    kind: str
    baseline: bool
    licence: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that decides what the system answers, in hexadecimal."""
        system = self.system
        content = {
            "id": system.id,
            "version": system.version,
            "responder": [system.responder.engine, dict(system.responder.model)],
            "recogniser": (
                [system.recogniser.engine, dict(system.recogniser.model)]
                if system.recogniser
                else None
            ),
            "hypothesis": system.hypothesis,
            "system_prompt": system.system_prompt,
            "settings": dict(system.settings),
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_catalogue(folder: Path = SHIPPED) -> dict[str, Entry]:
    """System id -> entry, from every TOML file of a folder.

    Raises CatalogueProblem naming the file and the entry that cannot be used.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("system", [])
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueProblem(
                f"The catalogue file {path.name} cannot be read: {error}."
            ) from error
        for table in tables:
            entry = _entry(path, table)
            if entry.system.id in entries:
                raise CatalogueProblem(f"{path.name}: the id {entry.system.id} is taken twice.")
            entries[entry.system.id] = entry
    return entries


def _entry(path: Path, table: Mapping[str, Any]) -> Entry:
    try:
        recogniser = table.get("recogniser")
        return Entry(
            system=System(
                id=table["id"],
                version=str(table["version"]),
                responder=_part(table["responder"]),
                recogniser=_part(recogniser) if recogniser else None,
                hypothesis=table.get("hypothesis", ""),
                system_prompt=table.get("system_prompt", ""),
                settings=table.get("settings", {}),
            ),
            label=table["label"],
            kind=table["kind"],
            baseline=bool(table.get("baseline", False)),
            licence=table.get("licence", ""),
        )
    except (KeyError, TypeError) as error:
        name = table.get("id", "an entry without id")
        raise CatalogueProblem(f"{path.name}: {name} lacks {error}.") from error


def _part(table: Mapping[str, Any]) -> Part:
    return Part(engine=table["engine"], model=table.get("model", {}))
