"""What can be done for a system: get its weights, make its engine's environment, free its room.

Each job is asked first what it takes, then carried out; both in a thread of their own, both end
within a second once `stop` is set. The commands of `desktop.cli` call the same functions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from desktop.amounts import size
from desktop.catalogue.catalogue import Entry
from desktop.errors import EarshotError
from desktop.getting import words
from desktop.getting.environment_desk import engine_of, plan_of
from desktop.getting.fetching import Far, Stopped, carry_out, make_plan
from desktop.getting.on_disk import made_for, weights_of
from desktop.getting.removing_weights import remove_weights
from desktop.getting.weights_folder import begun_bytes, require_room
from desktop.paths import Home
from engines import environment_maker
from engines.errors import RequestCancelled
from engines.keys import Keys
from engines.registry import engines_at
from ui.getting_state import Fact

Tell = Callable[[str, str, float | None], None]
"""How far it is: a line, what is at work, the share of the whole."""
ReadCatalogue = Callable[[], Mapping[str, Entry]]


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody is asked to agree to."""

    facts: tuple[Fact, ...]
    go: str
    """Label of what begins it; empty where it cannot begin."""
    plan: Any
    """The job's own."""
    what: frozenset[str]
    """What would come. Somebody's word for it holds for any part of it."""
    warning: str = ""
    allow: str = ""
    careful: bool = False
    token: bool = False


class Job(Protocol):
    title: str
    kept: str
    """What is left of it when it is stopped, in one sentence."""

    def ask(self, stop: threading.Event) -> Offer | str:
        """What it takes; a sentence where there is nothing to do. Raises world errors, Stopped."""

    def carry_out(self, offer: Offer, tell: Tell, stop: threading.Event, *, allowed: bool) -> str:
        """Do it; what was done, in one sentence. Raises world errors, Stopped."""


class InstallJob:
    """The weights of a system. What was begun goes on, with the revision that was begun."""

    kept = "What was fetched is kept."

    def __init__(self, id_: str, label: str, home: Home, read: ReadCatalogue, keys: Keys) -> None:
        self.title = f"Install {label}"
        self._id = id_
        self._label = label
        self._home = home
        self._read = read
        self._keys = keys

    def ask(self, stop: threading.Event) -> Offer | str:
        entry = entry_of(self._id, self._read())
        plan = make_plan([entry], self._home, stop=stop, keys=self._keys)
        if not plan.wanted:
            return f"All the weights of {self._label} are here."
        no_room = _no_room(self._home, plan.missing_bytes)
        code = words.code_files(plan)
        return Offer(
            facts=words.facts_of_plan(plan, entry, self._home),
            go="" if no_room else "Install",
            plan=plan,
            what=frozenset(f"{w.source.repo}@{w.source.revision}" for w in plan.wanted),
            warning=no_room or (words.CODE_WARNING.format(files=code) if plan.code else ""),
            allow=words.ALLOW_CODE if plan.code and not no_room else "",
            token=any(w.told.gated for w in plan.wanted),
        )

    def carry_out(self, offer: Offer, tell: Tell, stop: threading.Event, *, allowed: bool) -> str:
        def show(far: Far) -> None:
            share = far.done_bytes / far.total_bytes if far.total_bytes else None
            tell(far.sentence, far.what, share)

        carry_out(
            offer.plan,
            self._home,
            allow_code=allowed,
            on_progress=show,
            stop=stop,
            keys=self._keys,
        )
        return f"{self._label} is installed."


class EnvironmentJob:
    """The Python environment of an engine, made from its pins."""

    kept = "It begins anew next time; pip keeps what it fetched."

    def __init__(self, engine: str, home: Home) -> None:
        self.title = f"Make the environment of {engine}"
        self._engine = engine
        self._home = home

    def ask(self, stop: threading.Event) -> Offer | str:
        plan = plan_of(self._home, self._engine)
        if stop.is_set():
            raise Stopped
        if plan.is_made():
            return f"The environment of {self._engine} is there."
        short = plan.free_mb < plan.disk_mb
        return Offer(
            facts=words.facts_of_environment(plan),
            go="" if short else "Make environment",
            plan=plan,
            what=frozenset({str(plan.place)}),
            warning=words.TOO_LITTLE_ROOM if short else "",
        )

    def carry_out(self, offer: Offer, tell: Tell, stop: threading.Event, *, allowed: bool) -> str:
        del allowed  # pinned packages of the registry: there is nothing more to allow
        try:
            environment_maker.make(
                offer.plan,
                lambda what, share: tell(what[:1].upper() + what[1:], "", share or None),
                stop.is_set,
            )
        except RequestCancelled as error:
            raise Stopped from error
        return f"The environment of {self._engine} is made."


class RemoveJob:
    """Room again: the weights of a system or, where none are here, its engine's environment."""

    kept = ""

    def __init__(self, id_: str, label: str, home: Home, read: ReadCatalogue) -> None:
        self.title = f"Remove {label} from this station"
        self._id = id_
        self._label = label
        self._home = home
        self._read = read

    def ask(self, stop: threading.Event) -> Offer | str:
        del stop  # it looks at the disk only
        entry = entry_of(self._id, self._read())
        places = list(weights_of(entry, self._home.models))
        if places:
            facts = words.facts_of_weights(places, begun_bytes)
            return Offer(facts, "Remove the weights", None, frozenset({"weights"}), careful=True)
        engines = made_for(entry, engines_at(self._home.places))
        if not engines:
            return f"Nothing of {self._label} is on this station."
        place = engine_of(self._home, engines[0]).python.parents[1]
        facts = words.facts_of_made(engines[0], place, begun_bytes)
        what = frozenset({"environment"})
        return Offer(facts, "Remove the environment", engines[0], what, careful=True)

    def carry_out(self, offer: Offer, tell: Tell, stop: threading.Event, *, allowed: bool) -> str:
        del stop, allowed  # half a removal is no better than none
        tell("Removing …", "", None)
        if offer.plan is not None:
            try:
                environment_maker.remove(offer.plan, self._home.environments)
            except OSError as error:
                sentence = f"The environment of {offer.plan} cannot be removed ({error.strerror})."
                raise EarshotError(sentence, "Allow writing there, then try again.") from error
            return f"The environment of {offer.plan} is removed."
        catalogue = self._read()
        removed = remove_weights(entry_of(self._id, catalogue), catalogue, self._home)
        kept = "".join(f" {repo} stays: {other} uses it." for repo, other in removed.kept.items())
        return f"{size(removed.freed_bytes)} of {self._label} are freed.{kept}"


def environment_of(entry: Entry, home: Home) -> str:
    """The engine of a system whose environment is not made; its first one where none lacks it."""
    engines = engines_at(home.places)
    names = [part.engine for part in entry.parts if part.engine in engines]
    lacking = (n for n in names if engines[n].own is not None and engines[n].missing())
    return next(lacking, names[0])


def entry_of(id_: str, catalogue: Mapping[str, Entry]) -> Entry:
    """Raises EarshotError for a system whose file is gone."""
    if id_ not in catalogue:
        raise EarshotError(f"There is no system {id_} any more.", "Check again.")
    return catalogue[id_]


def _no_room(home: Home, needed_bytes: int) -> str:
    try:
        require_room(home.models, needed_bytes)
    except EarshotError as error:
        return f"{error.sentence} {error.advice}"
    return ""
