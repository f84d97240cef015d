"""What the Systems page and `systems` say: is each system there, and if not, how to get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from desktop.catalogue import Entry
from engines.api import Part
from engines.errors import EngineError
from engines.pool import Pool
from engines.registry import EngineInfo, find_engines
from ui.state import Availability, SystemRow

Engines = Mapping[str, EngineInfo]


def list_systems(catalogue: Mapping[str, Entry], engines: Engines | None = None) -> list[SystemRow]:
    """What can be told without starting anything.

    `engines` are those of the `engines/` folder unless given.
    """
    known = find_engines() if engines is None else engines
    return [_row(entry, known) for entry in catalogue.values()]


def check_systems(
    catalogue: Mapping[str, Entry], pool: Pool | None = None, engines: Engines | None = None
) -> list[SystemRow]:
    """Start every engine once and ask whether it could run here. Takes a second or two."""
    known = find_engines() if engines is None else engines
    rows = list_systems(catalogue, known)
    if pool is not None:
        return _probed(rows, catalogue, pool, known)
    with Pool([entry.system for entry in catalogue.values()], engines=known) as own:
        return _probed(rows, catalogue, own, known)


def _probed(
    rows: list[SystemRow], catalogue: Mapping[str, Entry], pool: Pool, engines: Engines
) -> list[SystemRow]:
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
                missing = f" Missing: {', '.join(probe.missing)}." if probe.missing else ""
                row = replace(
                    _unready(row, Availability.MISSING, "missing", f"{probe.reason}{missing}"),
                    how_to_get=_install(catalogue[row.id], engines),
                )
                break
        checked.append(row)
    return checked


def _parts(entry: Entry) -> Iterable[Part]:
    if entry.system.recogniser is not None:
        yield entry.system.recogniser
    yield entry.system.responder


def _install(entry: Entry, engines: Engines) -> str:
    """What brings the missing parts of a system."""
    commands = [engines[part.engine].install for part in _parts(entry) if part.engine in engines]
    return "; ".join(dict.fromkeys(commands))


def _row(entry: Entry, engines: Engines) -> SystemRow:
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
