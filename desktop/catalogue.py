"""The systems that could compete on this station: data read from `resources/catalogue`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import CatalogueProblem
from engines.api import Part, System
from local_db.records import SystemRecord
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
    def record(self) -> SystemRecord:
        """What is kept of the system; its fingerprint covers all that decides what it answers."""
        system = self.system
        return SystemRecord(
            system=system.id,
            version=system.version,
            label=self.label,
            baseline=self.baseline,
            licence=self.licence,
            parts={
                "responder": _plain(system.responder),
                "recogniser": _plain(system.recogniser) if system.recogniser else None,
                "hypothesis": system.hypothesis,
                "system_prompt": system.system_prompt,
                "instruction": system.instruction,
                "settings": dict(system.settings),
            },
        )


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
                instruction=table.get("instruction", ""),
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


def _plain(part: Part) -> dict[str, Any]:
    return {"engine": part.engine, "model": dict(part.model)}
