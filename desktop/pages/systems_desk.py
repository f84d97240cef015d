"""What the Systems page and `systems` say: is each system there, and if not, how to get it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from desktop.amounts import size
from desktop.catalogue.catalogue import Entry
from desktop.catalogue.entry import Standing, Status
from desktop.catalogue.entry_faults import contradiction, unknown_engine
from desktop.catalogue.sources import Source, paths_of, sources_of
from desktop.getting.on_disk import begun_of, is_on_disk
from desktop.keys.key_name import key_name
from desktop.keys.vault import system_keys
from desktop.paths import Home
from engines.api import Probe
from engines.errors import EngineError, ErrorKind
from engines.pool import Pool
from engines.registry import EngineInfo, engines_at
from ui.state import Availability, SystemRow, Way

_IN_SHORT = {
    ErrorKind.NEEDS_KEY: "needs a key",
    ErrorKind.NEEDS_DOWNLOAD: "not installed",
    ErrorKind.OUT_OF_MEMORY: "does not fit",
    ErrorKind.GATED: "gated",
    ErrorKind.NETWORK: "not reached",
    ErrorKind.MODEL_RETIRED: "retired",
}
"""Status of a system whose engine lacks this."""

Engines = Mapping[str, EngineInfo]


def list_systems(
    catalogue: Mapping[str, Entry], home: Home | None = None, engines: Engines | None = None
) -> list[SystemRow]:
    """What can be told without starting anything; without a `home`, weights are not looked for.

    `engines` are those of the station unless given.
    """
    known = _engines_of(home) if engines is None else engines
    rows = [_row(entry, known, home.models if home else None) for entry in catalogue.values()]
    times = Counter(row.label for row in rows)
    return [
        replace(row, label=f"{row.label} ({row.id})") if times[row.label] > 1 else row
        for row in rows
    ]


def check_systems(
    catalogue: Mapping[str, Entry],
    pool: Pool | None = None,
    home: Home | None = None,
    engines: Engines | None = None,
    on_system: Callable[[str], None] = lambda _: None,
) -> list[SystemRow]:
    """Start every engine of a system that is here and ask whether it could run.

    Takes a second or two; engines that are not installed are not started.
    `on_system` hears the id of each system before it is waited for.
    """
    known = _engines_of(home) if engines is None else engines
    rows = list_systems(catalogue, home, known)
    if pool is not None:
        return _probed(rows, catalogue, pool, known, on_system)
    systems = [entry.system for entry in catalogue.values()]
    places = home.places if home else None
    with Pool(systems, engines=known, keys=system_keys(), places=places) as own:
        return _probed(rows, catalogue, own, known, on_system)


def expected(row: SystemRow) -> bool:
    """Whether it is a fault that this system cannot run: it needs nothing more, or broke."""
    broken = row.availability is Availability.BROKEN
    return broken or (row.baseline and row.availability is not Availability.READY)


def _engines_of(home: Home | None) -> Engines:
    return engines_at(home.places if home else None)


def _probed(
    rows: list[SystemRow],
    catalogue: Mapping[str, Entry],
    pool: Pool,
    engines: Engines,
    on_system: Callable[[str], None],
) -> list[SystemRow]:
    probes = {
        row.id: [pool.probe(part) for part in catalogue[row.id].parts]
        for row in rows
        if row.availability is Availability.READY
    }
    checked = []
    for row in rows:
        if row.id in probes:
            on_system(row.id)
        for future in probes.get(row.id, ()):
            try:
                probe = future.result()
            except EngineError as error:
                row = _unready(row, Availability.BROKEN, "does not work", error.researcher)
                break
            row = replace(row, memory=_memory_told(probe) or row.memory)
            if not probe.ok:
                row = _lacking(row, probe, catalogue[row.id], engines)
                break
            if probe.warning:
                row = replace(row, detail=f"{row.detail} {probe.warning}")
        checked.append(row)
    return checked


def _lacking(
    row: SystemRow, probe: Probe, entry: Entry, engines: Mapping[str, EngineInfo]
) -> SystemRow:
    missing = f"Missing: {', '.join(probe.missing)}." if probe.missing else ""
    if probe.lacks == ErrorKind.NEEDS_KEY and row.key and probe.missing:
        unready = _unready(
            row, Availability.MISSING, "needs a key", f"There is no key “{row.key}”."
        )
        return replace(unready, how_to_get=f"python main.py systems key {row.key}")
    known = probe.lacks in set(ErrorKind)
    short = _IN_SHORT.get(ErrorKind(probe.lacks), "missing") if known else "missing"
    unready = _unready(row, Availability.MISSING, short, f"{probe.reason} {missing}".strip())
    if probe.lacks not in {"", ErrorKind.NEEDS_PACKAGE}:
        return unready
    command = _install(entry, engines)
    first = command if probe.missing else ""
    return replace(unready, how_to_get=command, first=first, ways=_only(Way.REMOVE, row.ways))


def _only(way: Way, ways: tuple[Way, ...]) -> tuple[Way, ...]:
    return tuple(each for each in ways if each is way)


def _memory_told(probe: Probe) -> str:
    if not probe.memory_bytes:
        return ""
    free = f", {size(probe.free_bytes)} free" if probe.free_bytes is not None else ""
    return f"needs {size(probe.memory_bytes)}{free} ({probe.device})"


def _install(entry: Entry, engines: Mapping[str, EngineInfo]) -> str:
    """What brings the missing packages of a system."""
    commands = [engines[part.engine].install for part in entry.parts if part.engine in engines]
    return "; ".join(dict.fromkeys(commands))


def _row(entry: Entry, engines: Mapping[str, EngineInfo], models: Path | None) -> SystemRow:
    row = SystemRow(
        label=entry.label,
        id=entry.system.id,
        kind=entry.kind,
        availability=Availability.READY,
        status_text="ready",
        detail=f"Version {entry.system.version}. Licence: {entry.licence}.",
        baseline=entry.baseline,
        licence=f"{entry.licence} (gated)" if entry.terms.gated else entry.licence,
        memory=f"needs {entry.memory.told}" if entry.memory else "",
        paper=entry.paper.name if entry.paper else "",
        own=entry.own,
        key=key_name(entry),
    )
    if entry.status.standing is not Standing.AVAILABLE:
        retired = entry.status.standing is Standing.RETIRED
        status = "retired" if retired else "not provided"
        return _unready(row, Availability.UNAVAILABLE, status, _why(entry.status))
    without = _without_engine(row, entry, engines)
    return without or _with_what_is_missing(row, entry, engines, models)


def _why(status: Status) -> str:
    sentences = [
        f"Since {status.since}." if status.since else "",
        status.reason,
        f"In its place: {status.successor}." if status.successor else "",
    ]
    return " ".join(filter(None, sentences))


def _without_engine(
    row: SystemRow, entry: Entry, engines: Mapping[str, EngineInfo]
) -> SystemRow | None:
    if absent := unknown_engine(entry, engines):
        return _unready(row, Availability.MISSING, "missing", absent)
    problems = [engines[part.engine].problem for part in entry.parts]
    wrong = next(filter(None, problems), "") or contradiction(entry, engines)
    return _unready(row, Availability.BROKEN, "does not work", wrong) if wrong else None


def _with_what_is_missing(
    row: SystemRow, entry: Entry, engines: Mapping[str, EngineInfo], models: Path | None
) -> SystemRow:
    needed = dict.fromkeys(
        engines[part.engine] for part in entry.parts if not engines[part.engine].is_installed()
    )
    commands = [engine.install for engine in needed]
    first = "; ".join(dict.fromkeys(e.install for e in needed if e.own is None))
    details = [_of_engine(engine) for engine in needed]
    status = "missing" if needed else ""
    if absent := [str(path) for path in paths_of(entry) if not path.exists()]:
        details.append(f"{', '.join(absent)} is not there.")
        status = status or "not found"
    away = [source for source in sources_of(entry) if models is None or not source.is_here(models)]
    if away:
        repos = ", ".join(source.repo for source in away)
        details.append(f"Its weights are not on this station ({repos}).")
        ids = dict.fromkeys(_bringer(entry, source) for source in away)
        commands += [f"python main.py systems install {shlex.quote(id_)}" for id_ in ids]
        status = status or "not installed"
    if models is not None and (begun := begun_of(entry, models)):
        details.append(f"{size(begun)} of them came before.")
    removable = is_on_disk(entry, engines, models)
    ways = _ways(row, needed, away=bool(away), first=bool(first)) + (Way.REMOVE,) * removable
    row = replace(row, ways=ways)
    if not status:
        return row
    missing = _unready(row, Availability.MISSING, status, " ".join(details))
    commands = list(dict.fromkeys(commands))
    return replace(missing, how_to_get="; ".join(commands), can_install=bool(away), first=first)


def _bringer(entry: Entry, source: Source) -> str:
    """The system whose installation brings these weights."""
    ears = entry.ears if source.part is entry.system.recogniser else ""
    return ears or entry.system.id


def _of_engine(engine: EngineInfo) -> str:
    if engine.own is None:
        return engine.summary
    return f"Its environment ({engine.name}) is not made on this station."


def _ways(
    row: SystemRow, needed: Iterable[EngineInfo], *, away: bool, first: bool
) -> tuple[Way, ...]:
    """What the window can do next: nothing while something has to be typed `first`."""
    if first:
        return ()
    if any(engine.own is not None for engine in needed):
        return (Way.ENVIRONMENT,)
    if away:
        return (Way.INSTALL,)
    return (Way.KEY,) if row.key else ()


def _unready(row: SystemRow, what: Availability, status: str, detail: str) -> SystemRow:
    return replace(row, availability=what, status_text=status, detail=detail)
