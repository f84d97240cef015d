"""Which loaded models stay in memory, and which makes room for the next.

    start  →  probe: needs, free  →  room?  → yes: load
                                     no     → the least recently used other one leaves, ask again
                                     not even if all left → out_of_memory, with both numbers

A model that is answering leaves after its answer: two systems that do not fit together are asked
one after the other, and whoever waits for both answers sees no difference but the time. One model
is loaded at a time, so that nobody counts the same free memory twice. A model whose engine does not
say what it needs is loaded without any of this.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from engines.api import Probe
from engines.errors import EngineError, ErrorKind, RequestCancelled


class Resident(Protocol):
    """A lane, as it is known here."""

    def leave_after_work(self) -> None:
        """Unload once the requests that wait already were served. Returns at once."""


class NoRoomYet(Exception):
    """Loading ahead of time would push out what is needed just as much. Nobody's fault."""


class Residency:
    """The models of one pool that are loaded, the least recently used first."""

    def __init__(self) -> None:
        self._loading = threading.Lock()  # held from the probe to the end of the load
        self._changed = threading.Condition()  # of the three below
        self._loaded: dict[Resident, Probe] = {}  # and what it needs where
        self._wanted: frozenset[Resident] = frozenset()
        self._closed = False

    def want(self, residents: Collection[Resident]) -> None:
        """These are needed next: loading one ahead of time does not push out another."""
        with self._changed:
            self._wanted = frozenset(residents)

    def used(self, resident: Resident) -> None:
        """It is at work again: the others leave before it."""
        with self._changed:
            if (found := self._loaded.pop(resident, None)) is not None:
                self._loaded[resident] = found

    def gone(self, resident: Resident) -> None:
        """It has no worker any more."""
        with self._changed:
            self._loaded.pop(resident, None)
            self._changed.notify_all()

    def close(self) -> None:
        """Whoever waits for room is told that there will be none."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def room_for(
        self, resident: Resident, probe: Callable[[], Probe], *, ahead: bool = False
    ) -> Iterator[Callable[[], bool]]:
        """Load `resident` inside this block; it counts as loaded once the block ends without error.

        Gives a function that makes one other model leave, for a load that failed in spite of its
        estimate; False when there is none. With `ahead` it is only loaded before it is needed.

        Raises EngineError `out_of_memory`; RequestCancelled when the pool closes meanwhile;
        NoRoomYet with `ahead` only.
        """
        found = probe()
        if found.free_bytes is None or not found.memory_bytes:
            yield lambda: False
            self._count(resident, found)
            return
        with self._loading:
            found = probe()
            while not _fits(found):
                room = self._most_room(resident, found, ahead=ahead)
                if room < found.memory_bytes:  # nobody leaves in vain
                    raise NoRoomYet if ahead else _out_of_memory(found, room)
                self._make_one_leave(resident, found, ahead=ahead)
                found = probe()
            yield lambda: self._make_one_leave(resident, found, ahead=ahead)
            self._count(resident, found)

    def _count(self, resident: Resident, found: Probe) -> None:
        with self._changed:
            self._loaded[resident] = found

    def _most_room(self, newcomer: Resident, found: Probe, *, ahead: bool) -> int:
        """Bytes that would be free if all others left, as far as is known."""
        with self._changed:
            others = self._candidates(newcomer, found, ahead=ahead)
            return (found.free_bytes or 0) + sum(self._loaded[one].memory_bytes for one in others)

    def _make_one_leave(self, newcomer: Resident, found: Probe, *, ahead: bool) -> bool:
        with self._changed:
            victim = next(iter(self._candidates(newcomer, found, ahead=ahead)), None)
            if victim is None:
                return False
            victim.leave_after_work()
            self._changed.wait_for(lambda: self._closed or victim not in self._loaded)
            if self._closed:
                raise RequestCancelled("The workers were closed.")
            return True

    def _candidates(self, newcomer: Resident, found: Probe, *, ahead: bool) -> list[Resident]:
        """Who could leave, in the order in which they should."""
        there = [
            one
            for one, its in self._loaded.items()
            if its.device == found.device and one is not newcomer
        ]
        unwanted = [one for one in there if one not in self._wanted]
        return unwanted if ahead else [*unwanted, *(one for one in there if one in self._wanted)]


def _fits(found: Probe) -> bool:
    return found.free_bytes is None or found.memory_bytes <= found.free_bytes


def _out_of_memory(found: Probe, room_bytes: int) -> EngineError:
    need_gb, free_gb = found.memory_bytes / 1e9, room_bytes / 1e9
    sentence = (
        f"It needs {need_gb:.1f} GB of memory ({found.device}), and no more than {free_gb:.1f} GB "
        "can be free. Close other programs, or choose a smaller model."
    )
    numbers = {"needed_bytes": found.memory_bytes, "free_bytes": room_bytes}
    return EngineError(ErrorKind.OUT_OF_MEMORY, sentence, numbers)
