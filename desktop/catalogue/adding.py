"""A system of somebody's own: a catalogue file, an address, or a checkpoint on this disk.

What is added is a file in `<data>/systems`, validated before it is written, in the words of
docs/systems.md. It can be edited there; deleting it takes the system away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from desktop.catalogue.catalogue import Entry, read_catalogue, read_file
from desktop.catalogue.checkpoints import recognise
from desktop.catalogue.entry_faults import contradiction, unknown_engine
from desktop.catalogue.pins import Pins
from desktop.catalogue.reading import read_entry
from desktop.catalogue.server_address import require_address
from desktop.errors import CatalogueProblem, EarshotError, UsageProblem
from desktop.keys.vault import require_name
from desktop.paths import Home
from desktop.toml_text import as_toml
from engines.api import Part, Role
from engines.registry import engines_at
from local_db.durable import rename_durably

INSTRUCTION = "You are a helpful assistant. Respond conversationally to the speech provided."
SYSTEM_PROMPT = "You are helpful assistant."
"""Both as in the paper's study, so that what is added is asked like the rest."""
HEARS = "baseline-eliza"
"""Whose recogniser hears for a text model, unless somebody names another."""
TRANSCRIPT = "transcript"
"""The one hypothesis of a Whisper."""


def add_file(path: Path, home: Home) -> list[str]:
    """Copy a catalogue file of somebody's into the data folder. The ids it brings.

    Raises UsageProblem, CatalogueProblem naming what is wrong in it, EarshotError.
    """
    try:
        there = path.is_file()
    except OSError as error:  # the folder above it is shut
        raise UsageProblem(f"{path} cannot be read ({error.strerror}).") from error
    if not there:
        raise UsageProblem(f"There is no file at {path}.")
    entries = read_file(path)
    if not entries:
        raise UsageProblem(f"{path} names no system.", "Systems are written as [[system]].")
    engines = engines_at(home.places)
    for entry in entries:
        if wrong := unknown_engine(entry, engines) or contradiction(entry, engines):
            raise CatalogueProblem(
                f"{path.name}: {entry.system.id}: {wrong}", "docs/systems.md lists the keys."
            )
    return add_tables([entry.table for entry in entries], home, name=path.stem)


def add_address(
    address: str,
    home: Home,
    *,
    model: str,
    key: str = "",
    id_: str = "",
    label: str = "",
    recogniser: str = "",
) -> list[str]:
    """A system behind a server that speaks like OpenAI.

    It hears itself, or with a `recogniser`, the system whose hears for it, it reads.
    """
    table = address_table(
        address, home, model=model, key=key, id_=id_, label=label, recogniser=recogniser
    )
    return add_tables([table], home, name=table["id"])


def address_table(
    address: str,
    home: Home,
    *,
    model: str,
    key: str = "",
    id_: str = "",
    label: str = "",
    recogniser: str = "",
) -> dict[str, Any]:
    """The catalogue's table of a system behind an address. Raises UsageProblem.

    `key` is the name of the key that the server is asked with; empty where it wants none.
    """
    at = require_address(address)
    if not model:
        raise UsageProblem("Which model of that server?", "Say it with --model NAME.")
    named = {"address": address, "model": model}
    if key:
        require_name(key)
        named["key"] = key
    part = {"engine": "openai_compatible", "model": named}
    return _table(
        id_ or _id_of(f"{model}-{at.host}"),
        label or f"{model} at {at.server}",
        f"behind {at.server}",
        part,
        ears_of(recogniser, home) if recogniser else None,
    )


def add_checkpoint(
    path: Path, home: Home, *, id_: str = "", label: str = "", recogniser: str = ""
) -> list[str]:
    """A system of a checkpoint on this disk. `recogniser` is whose hears, for a text model.

    Raises UsageProblem, also for a `recogniser` that a model with ears does not need.
    """
    hears = recogniser or HEARS
    table = checkpoint_table(path, home, id_=id_, label=label, recogniser=hears)
    if recogniser and table.get("recogniser") != ears_of(recogniser, home)[0]:
        raise UsageProblem(f"{path} has ears of its own.", "Leave --hears-like out.")
    return add_tables([table], home, name=table["id"])


def checkpoint_table(
    path: Path,
    home: Home,
    *,
    id_: str = "",
    label: str = "",
    recogniser: str = HEARS,
    allow_pickle: str = "",
) -> dict[str, Any]:
    """The catalogue's table of a checkpoint on this disk. Raises UsageProblem."""
    found = recognise(path, allow_pickle=allow_pickle)
    if found.role is Role.RECOGNISER:
        raise UsageProblem(
            f"{path} only writes down what is said; something has to answer that.",
            "Write a system of both in a file of your own (docs/systems.md), and add that.",
        )
    ears: tuple[Mapping[str, Any], str] | None = None
    if found.recogniser is not None:
        ears = _table_of(found.recogniser), TRANSCRIPT
    elif found.role is Role.RESPONDER:
        ears = ears_of(recogniser, home)
    return _table(
        id_ or _id_of(path.resolve().stem if path.is_file() else path.resolve().name),
        label or path.resolve().name,
        found.kind,
        _table_of(found.part),
        ears,
    )


def ears_of(system_id: str, home: Home) -> tuple[Mapping[str, Any], str]:
    """The table of a system's recogniser, and which hypothesis is read. Raises UsageProblem."""
    entry = read_catalogue(home).get(system_id)
    if entry is None or entry.system.recogniser is None:
        raise UsageProblem(
            f"{system_id} has no recogniser.", "Name a system that has one: see `systems list`."
        )
    return entry.table["recogniser"], entry.system.hypothesis


def add_tables(tables: Iterable[Mapping[str, Any]], home: Home, *, name: str) -> list[str]:
    """Write `[[system]]` tables as one file of the data folder. Their ids.

    Raises CatalogueProblem, UsageProblem for ids and file names that are taken, EarshotError.
    """
    chosen = [dict(table) for table in tables]
    path = home.catalogue / f"{_id_of(name)}.toml"
    entries = [read_entry(path, table, Pins(), own=True) for table in chosen]
    _refuse_taken(entries, home)
    if path.exists() or path.name == "pins.toml":
        raise UsageProblem(f"{path} is there already.", "Give the file another name.")
    beside = path.with_name(f"{path.name}.new")
    try:
        home.catalogue.mkdir(parents=True, exist_ok=True)
        text = "\n".join(f"[[system]]\n{as_toml(table)}" for table in chosen)
        beside.write_text(text, encoding="utf-8")
        rename_durably(beside, path)
    except OSError as error:
        raise EarshotError(
            f"{path} cannot be written ({error.strerror}).", "Allow writing there, or make room."
        ) from error
    return [entry.system.id for entry in entries]


def _refuse_taken(entries: list[Entry], home: Home) -> None:
    known = read_catalogue(home)
    ids = [entry.system.id for entry in entries]
    taken = [id_ for number, id_ in enumerate(ids) if id_ in known or id_ in ids[:number]]
    if taken:
        raise CatalogueProblem(
            f"The id {taken[0]} is taken.",
            "Give it another id (--id, or in your file): an id never means two things.",
        )


def _table(
    id_: str,
    label: str,
    kind: str,
    part: Mapping[str, Any],
    ears: tuple[Mapping[str, Any], str] | None,
) -> dict[str, Any]:
    """`ears`: the recogniser and which of its hypotheses is read; None for what hears itself."""
    table: dict[str, Any] = {
        "id": id_,
        "label": label,
        "version": "1",
        "kind": kind,
        "responder": part,
        "licence": {"name": "its owner's"},
    }
    if ears is None:
        return {**table, "instruction": INSTRUCTION}
    recogniser, hypothesis = ears
    return {
        **table,
        "recogniser": recogniser,
        "hypothesis": hypothesis,
        "system_prompt": SYSTEM_PROMPT,
    }


def _table_of(part: Part) -> dict[str, Any]:
    return {"engine": part.engine, "model": dict(part.model)}


def _id_of(name: str) -> str:
    """An id that looks like a name."""
    small = re.sub(r"[^a-z0-9.]+", "-", name.lower())
    return re.sub(r"\.{2,}", ".", small).strip("-.")[:80] or "system"
