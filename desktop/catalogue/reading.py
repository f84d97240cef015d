"""From a validated `[[system]]` table to an entry, and what no single key can tell is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.catalogue.entry import (
    Entry,
    FileFact,
    Limits,
    Memory,
    Paper,
    Standing,
    Status,
    Terms,
)
from desktop.catalogue.pins import Pins
from desktop.catalogue.sources import repositories
from desktop.catalogue.table_keys import KEYS, Wrong, read_table
from desktop.errors import CatalogueProblem
from engines.api import Part, System

_ADVICE = "docs/systems.md lists the keys."


def read_entry(file: Path, table: Any, pins: Pins, *, own: bool) -> Entry:
    """Raises CatalogueProblem that names file, system and field."""
    try:
        return _entry(file, table, read_table("", table, KEYS), pins, own=own)
    except Wrong as wrong:
        name = table.get("id") if isinstance(table, Mapping) else None
        system = name if isinstance(name, str) and name.isprintable() else "a system without id"
        raise CatalogueProblem(
            f"{file.name}: {system[:100]}: “{wrong.field}” {wrong}.", _ADVICE
        ) from wrong


def _entry(
    file: Path, table: Mapping[str, Any], values: Mapping[str, Any], pins: Pins, *, own: bool
) -> Entry:
    licence, recogniser = values["licence"], values.get("recogniser")
    entry = Entry(
        system=System(
            id=values["id"],
            version=str(values["version"]),
            responder=_part(values["responder"], pins),
            recogniser=_part(recogniser, pins) if recogniser else None,
            hypothesis=values.get("hypothesis", ""),
            system_prompt=values.get("system_prompt", ""),
            settings=values.get("settings", {}),
            instruction=values.get("instruction", ""),
            longest_s=float(values.get("limits", {}).get("audio_s", 0)),
        ),
        label=values["label"],
        kind=values["kind"],
        baseline=values.get("baseline", False),
        licence=licence["name"],
        terms=Terms(**{name: value for name, value in licence.items() if name != "name"}),
        status=Status(
            standing=Standing(values.get("status", Standing.AVAILABLE)),
            since=values.get("since", ""),
            successor=values.get("successor", ""),
            reason=values.get("reason", ""),
        ),
        memory=Memory(**values["memory"]) if "memory" in values else None,
        limits=Limits(**values.get("limits", {})),
        paper=Paper(**values["paper"]) if "paper" in values else None,
        files=tuple(_file(item) for item in values.get("files", ())),
        fetch={item["repo"]: tuple(item["allow"]) for item in values.get("fetch", ())},
        table=table,
        own=own,
        file=file,
    )
    _refuse_contradictions(entry, values)
    return entry


def _part(table: Mapping[str, Any], pins: Pins) -> Part:
    return Part(engine=table["engine"], model=pins.applied(table.get("model", {})))


def _file(table: Mapping[str, Any]) -> FileFact:
    return FileFact(
        path=table["path"],
        repo=table.get("repo", ""),
        size_bytes=table.get("size_bytes", 0),
        sha256=table.get("sha256", ""),
    )


def _refuse_contradictions(entry: Entry, values: Mapping[str, Any]) -> None:
    """What is right key by key and wrong as a whole. Raises Wrong."""
    if ("recogniser" in values) != ("hypothesis" in values):
        raise Wrong("hypothesis", "goes with a “recogniser”, and the other way round")
    if entry.system.recogniser is not None and entry.system.instruction:
        raise Wrong("instruction", "is for systems that hear themselves; use “system_prompt”")
    retired = entry.status.standing is Standing.RETIRED
    for name in ("since", "successor"):
        if name in values and not retired:
            raise Wrong(name, "goes with status = “retired”")
    if entry.status.standing is Standing.NOT_PROVIDED and not entry.status.reason:
        raise Wrong("reason", "is missing; it must say why the system is not provided")
    if "reason" in values and entry.status.standing is Standing.AVAILABLE:
        raise Wrong("reason", "goes with another status than “available”")
    _refuse_strange_files(entry)


def _refuse_strange_files(entry: Entry) -> None:
    repos = repositories(entry.parts)
    for number, file in enumerate(entry.files, 1):
        if file.repo and file.repo not in repos:
            raise Wrong(f"files[{number}].repo", "is no repository of this system")
        if not file.repo and len(repos) != 1:
            raise Wrong(f"files[{number}].repo", f"is missing: the system has {len(repos)} of them")
    for number, (repo, patterns) in enumerate(entry.fetch.items(), 1):
        if repo not in repos:
            raise Wrong(f"fetch[{number}].repo", "is no repository of this system")
        code = [pattern for pattern in patterns if pattern.endswith((".py", ".so"))]
        if code and not entry.terms.remote_code:
            raise Wrong(f"fetch[{number}].allow", "fetches code: say licence.remote_code = true")
