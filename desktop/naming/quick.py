"""A quick blind A/B: two systems by name, path or address, and no study file."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop.catalogue.adding import HEARS, address_table, checkpoint_table, ears_of
from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.catalogue.reading import read_entry
from desktop.catalogue.server_address import is_address, require_address
from desktop.catalogue.sources import paths_of
from desktop.errors import EarshotError, UsageProblem
from desktop.keys.vault import require_name
from desktop.naming.served import model_served
from desktop.paths import Home
from desktop.session.study import EVERYDAY, Reveal, Study, load_study
from engines.weights import digests, weight_files

_TOLD = {
    Reveal.EACH_VOTE: "After each vote you are told which assistant was which.",
    Reveal.SESSION_END: "At the end you are told which assistants they were.",
    Reveal.NEVER: "You are not told which assistants they were.",
}
_LISTED = "`python main.py systems list` names those that are."
_BARE_ADDRESS = re.compile(r"(localhost|[\w.-]+:\d+)(/|$|:\d+)")
_REPLAYED = "Earlier recordings are asked again: nobody has to speak. "


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a path or an address does not say of itself."""

    model: str = ""
    """Which model of a server."""
    key: str = ""
    """The name of the key that it is asked with."""
    hears: str = ""
    """The system whose recogniser hears for a text model."""
    allow_pickle: str = ""
    """The name of the one pickle that may be opened, as weights only."""


def system_named(name: str, home: Home, wishes: Wishes = Wishes()) -> Entry:
    """A system by its id, by the path of its checkpoint, or by its address.

    A server is asked for its model where none is wished. Raises UsageProblem with what it could
    have been, EarshotError where weights cannot be read or a server does not answer.
    """
    known = read_catalogue(home)
    if not name.strip():
        raise UsageProblem("Which system?", _LISTED)
    if wishes.hears and wishes.hears not in known:
        raise UsageProblem(
            f"There is no system called {wishes.hears} that could hear.",
            _could_be(wishes.hears, known),
        )
    if wishes.hears:
        ears_of(wishes.hears, home)  # before a server is asked, and where no ears are wanted
    if name in known:
        return known[name]
    if is_address(name):
        require_address(name)
        if wishes.key:
            require_name(wishes.key)  # before anything is asked with it: it may be the key itself
        asked = {"address": name} | ({"key": wishes.key} if wishes.key else {})
        model = wishes.model or model_served(asked, home)
        table = address_table(name, home, model=model, key=wishes.key, recogniser=wishes.hears)
        return _own_entry(table, home, wishes.hears)
    path = Path(name).expanduser()
    if not _is_there(path):
        raise UsageProblem(
            f"There is no system called {name}, and nothing at that path.", _could_be(name, known)
        )
    table = checkpoint_table(
        path, home, recogniser=wishes.hears or HEARS, allow_pickle=wishes.allow_pickle
    )
    return _own_entry(table, home, wishes.hears)


def quick_study(
    one: Entry,
    other: Entry,
    *,
    battles: int,
    reveal: Reveal = Reveal.EACH_VOTE,
    replays: bool = False,
) -> Study:
    """A study of this pair, asked like the everyday one, that tells after each vote.

    `replays` says that earlier recordings are its questions.
    """
    ids = sorted([one.system.id, other.system.id])
    everyday = load_study(EVERYDAY)
    return replace(
        everyday,
        file=Path("ab"),
        id=f"ab {ids[0]} {ids[1]}",
        title="Two systems, blind",
        text=f"{_REPLAYED * replays}{_TOLD[reveal]}",
        instruction="An earlier recording is asked again" if replays else everyday.instruction,
        notice="",
        systems=tuple(ids),
        battles_per_session=battles,
        reveal=reveal,
        sha256="",
    )


def different(one: Entry, other: Entry) -> tuple[Entry, Entry]:
    """The two under ids and labels that differ.

    Raises UsageProblem when they are one and the same.
    """
    if one.generator == other.generator and one.system.version == other.system.version:
        raise UsageProblem("Both are the same system.", "Name two different ones.")
    if one.system.id == other.system.id:
        one = replace(one, system=replace(one.system, id=f"{one.system.id}-2"))
    if one.label == other.label:
        labels = _ends_that_differ(one, other) or tuple(
            f"{entry.label} ({entry.system.id})" for entry in (one, other)
        )
        one, other = replace(one, label=labels[0]), replace(other, label=labels[1])
    return one, other


def _ends_that_differ(one: Entry, other: Entry) -> tuple[str, ...]:
    """The shortest ends of their paths that differ; empty where those are no two paths."""
    paths = [Path(str(entry.system.responder.model.get("path", ""))) for entry in (one, other)]
    longest = max(len(path.parts) for path in paths)
    for length in range(1, longest + 1):
        ends = tuple("/".join(path.parts[-length:]) for path in paths)
        if ends[0] != ends[1]:
            return ends if all(path.parts for path in paths) else ()
    return ()


def _is_there(path: Path) -> bool:
    """Raises EarshotError where nobody may look."""
    try:
        return path.exists()
    except OSError as error:  # a folder on the way to it is shut, or the name is too long
        raise EarshotError(f"{path} cannot be read ({error.strerror}).") from error


def _could_be(name: str, known: Iterable[str]) -> str:
    if _BARE_ADDRESS.match(name):
        return f"The address of a server is written http://{name}."
    near = difflib.get_close_matches(name, list(known), n=3)
    return f"Close to it: {', '.join(near)}. {_LISTED}" if near else _LISTED


def _own_entry(table: Mapping[str, Any], home: Home, hears: str) -> Entry:
    read = read_entry(Path("the command line"), table, read_pins(home.catalogue), own=True)
    entry = replace(read, ears=hears)
    places = _weights_of(entry)
    if not places:
        return entry
    return replace(entry, system=replace(entry.system, version=_version(places, home)))


def _weights_of(entry: Entry) -> list[Path]:
    """Where on this station its weights lie; those of a hub have a revision."""
    models = [part.model for part in entry.parts if "path" in part.model]
    # A projector lies beside its GGUF, or where its whole path says.
    return paths_of(entry) + [Path(m["path"]).parent / m["mmproj"] for m in models if "mmproj" in m]


def _version(places: Iterable[Path], home: Home) -> str:
    """Other weights at the same path are another version: the sum of all sums, shortened."""
    try:
        # Place by place: two of them may hold files of one name.
        sums = [digests(weight_files(place), cache=home.places.cache) for place in places]
    except OSError as error:
        raise EarshotError(f"{error.filename} cannot be read ({error.strerror}).") from error
    whole = "".join(sum_ for of_place in sums for _, sum_ in sorted(of_place.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]
