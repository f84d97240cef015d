"""The catalogue as the running program knows it: read at the start, and again when it changed.

Whoever needs an entry asks here each time and keeps none, but for a session: what a participant is
asked about never changes under way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.errors import CatalogueProblem
from desktop.paths import Home
from desktop.session.study import Study
from desktop.session.study_turns import require_ears_for_turns
from engines.registry import engines_at


class KnownSystems:
    """Belongs to one thread (the window's); only `read` may be called in any."""

    def __init__(self, home: Home, given: Mapping[str, Entry] | None = None) -> None:
        """`given` is what somebody compares now, in place of the catalogue: no system is added to
        it later, and what is in no file stays as it is. Raises CatalogueProblem."""
        self._home = home
        self._given = given
        self._entries = read_catalogue(home) if given is None else given
        self._told: list[Callable[[], None]] = []

    @property
    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def of_study(self, study: Study) -> dict[str, Entry]:
        """Those that a study compares, and the one whose recogniser hears the reasons.

        Raises CatalogueProblem for one that is in no file, and StudyProblem for one that cannot
        take part in battles of so many turns.
        """
        hears = study.voting.reason_recogniser
        named = dict.fromkeys([*study.systems, *([hears] if hears else [])])
        unknown = [system for system in named if system not in self._entries]
        if unknown:
            raise CatalogueProblem(
                f"The study file {study.file} names {', '.join(unknown)}, which this station does "
                "not know.",
                "Check the ids in the study file with `python main.py systems list`.",
            )
        if study.turns.most > 1:  # else no manifest need be read to open a window
            require_ears_for_turns(
                f"The study file {study.file}",
                study.turns,
                [self._entries[system].system for system in study.systems],
                engines_at(self._home.places),
            )
        return {system: self._entries[system] for system in named}

    def tell(self, changed: Callable[[], None]) -> None:
        """`changed` is called after every `take` that brought something else."""
        self._told.append(changed)

    def read(self) -> Mapping[str, Entry]:
        """What the files say now. Raises CatalogueProblem."""
        fresh = read_catalogue(self._home)
        if self._given is None:
            return fresh
        return {
            id_: fresh[id_] if id_ in fresh and entry.file.is_file() else entry
            for id_, entry in self._given.items()
        }

    def take(self, entries: Mapping[str, Entry]) -> None:
        """From now on these are the systems."""
        if entries == self._entries:
            return
        self._entries = entries
        for changed in self._told:
            changed()
