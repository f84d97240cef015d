"""What the Systems page and `systems` say: is each system there, and if not, how to get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from desktop.catalogue import Entry
from desktop.keys import system_keys
from engines.api import Part
from engines.errors import EngineError
from engines.pool import Pool
from engines.registry import EngineInfo, find_engines
from ui.state import Availability, SystemRow


def list_systems(catalogue: Mapping[str, Entry]) -> list[SystemRow]:
    """What can be told without starting anything."""
    engines = find_engines()
    return [_row(entry, engines) for entry in catalogue.values()]


def check_systems(catalogue: Mapping[str, Entry], pool: Pool | None = None) -> list[SystemRow]:
    """Start every engine once and ask whether it could run here. Takes a second or two."""
    rows = list_systems(catalogue)
    if pool is not None:
        return _probed(rows, catalogue, pool)
    with Pool([entry.system for entry in catalogue.values()], keys=system_keys()) as own:
        return _probed(rows, catalogue, own)


def _probed(rows: list[SystemRow], catalogue: Mapping[str, Entry], pool: Pool) -> list[SystemRow]:
    probes = {
        row.id: [pool.probe(part) for part in _parts(catalogue[row.id])]
        for row in rows
        if row.availability is Availability.READY
    }
    checked = []
    for row in rows:
        for future in probes.get(row.id, ()):
            try:
                probe = future.result()
            except EngineError as error:
                row = _unready(row, Availability.BROKEN, "does not work", error.researcher)
                break
            if not probe.ok:
                missing = f"{probe.reason} Missing: {', '.join(probe.missing)}."
                row = replace(
                    _unready(row, Availability.MISSING, "missing", missing),
                    how_to_get=_install(catalogue[row.id]),
                )
                break
            if probe.warning:
                row = replace(row, detail=f"{row.detail} {probe.warning}")
        checked.append(row)
    return checked


def _parts(entry: Entry) -> Iterable[Part]:
    if entry.system.recogniser is not None:
        yield entry.system.recogniser
    yield entry.system.responder


def _install(entry: Entry) -> str:
    """What brings the missing parts of a system."""
    engines = find_engines()
    commands = [engines[part.engine].install for part in _parts(entry) if part.engine in engines]
    return "; ".join(dict.fromkeys(commands))


def _row(entry: Entry, engines: Mapping[str, EngineInfo]) -> SystemRow:
    row = SystemRow(
        label=entry.label,
        id=entry.system.id,
        kind=entry.kind,
        availability=Availability.READY,
        status_text="ready",
        detail=f"Version {entry.system.version}. Licence: {entry.licence}.",
        baseline=entry.baseline,
    )
    for part in _parts(entry):
        engine = engines.get(part.engine)
        if engine is None:
            return _unready(
                row,
                Availability.BROKEN,
                "does not work",
                f"It needs the engine “{part.engine}”, which this copy of Earshot does not have.",
            )
        if engine.problem:
            return _unready(row, Availability.BROKEN, "does not work", engine.problem)
        if not engine.is_installed():
            return replace(
                _unready(row, Availability.MISSING, "missing", engine.summary),
                how_to_get=engine.install,
            )
    return row


def _unready(row: SystemRow, what: Availability, status: str, detail: str) -> SystemRow:
    return replace(row, availability=what, status_text=status, detail=detail)
