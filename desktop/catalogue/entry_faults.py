"""What is wrong with a system that only the manifests of its engines can tell.

Reading a catalogue needs no engine, and a file may name one that comes later; so these are found
when somebody adds a file, and listed, rather than refused with the whole catalogue.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from desktop.catalogue.entry import Entry
from engines.errors import EngineError
from engines.generation import read_generation
from engines.registry import EngineInfo


def unknown_engine(entry: Entry, engines: Mapping[str, EngineInfo]) -> str:
    """A sentence on an engine that is not there; empty when all are."""
    for part in entry.parts:
        if part.engine not in engines:
            close = difflib.get_close_matches(part.engine, engines, n=1)
            instead = f" Is “{close[0]}” meant?" if close else ""
            return (
                f"It needs the engine “{part.engine}”, which this copy of Earshot lacks.{instead}"
            )
    return ""


def contradiction(entry: Entry, engines: Mapping[str, EngineInfo]) -> str:
    """A sentence on what its engines would refuse with every question; empty without one."""
    system = entry.system
    if system.recogniser is not None:
        info = engines.get(system.recogniser.engine)
        given = info.hypotheses if info is not None else ()
        if given and system.hypothesis not in given:
            return (
                f"“hypothesis” must be {' or '.join(f'“{name}”' for name in given)} with the "
                f"recogniser {system.recogniser.engine}, not “{system.hypothesis}”."
            )
    info = engines.get(system.responder.engine)
    others = info.generation if info is not None else None
    if others is not None:
        try:
            read_generation(system.settings, others)
        except EngineError as error:
            return f"“settings”: {error.researcher}"
    return ""
