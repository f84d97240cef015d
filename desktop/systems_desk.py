"""What the Systems page and `systems` say: is each system there, and if not, how to get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from desktop.catalogue import Entry
from engines.api import Part
from engines.errors import EngineError
from engines.places import Places
from engines.pool import Pool
from engines.registry import EngineInfo, engines_at
from ui.state import Availability, SystemRow


def list_systems(catalogue: Mapping[str, Entry], places: Places | None = None) -> list[SystemRow]:
    """What can be told without starting anything."""
    engines = engines_at(places)
    return [_row(entry, engines) for entry in catalogue.values()]


def check_systems(
    catalogue: Mapping[str, Entry], pool: Pool | None = None, places: Places | None = None
) -> list[SystemRow]:
    """Start every engine once and ask whether it could run here. Takes a second or two.

    `places` are those of the station, and of the `pool` if one is given.
    """
    rows = list_systems(catalogue, places)
    if pool is not None:
        return _probed(rows, catalogue, pool, places)
    with Pool([entry.system for entry in catalogue.values()], places=places) as own:
        return _probed(rows, catalogue, own, places)


def _probed(
    rows: list[SystemRow], catalogue: Mapping[str, Entry], pool: Pool, places: Places | None
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
                missing = f"{probe.reason} Missing: {', '.join(probe.missing)}."
                row = replace(
                    _unready(row, Availability.MISSING, "missing", missing),
                    how_to_get=_install(catalogue[row.id], places),
                )
                break
        checked.append(row)
    return checked


def _parts(entry: Entry) -> Iterable[Part]:
    if entry.system.recogniser is not None:
        yield entry.system.recogniser
    yield entry.system.responder


def _install(entry: Entry, places: Places | None) -> str:
    """What brings the missing parts of a system."""
    engines = engines_at(places)
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
