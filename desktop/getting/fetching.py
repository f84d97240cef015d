"""Getting the weights of systems: what it takes, told first, then done by a fetcher in its worker.

    make_plan ──Plan──► somebody agrees ──► carry_out: pin → part → verified → final name

Nothing here touches a network: the worker of the fetcher does, and only it. What is stopped, by
whomever, is gone on with by the next call.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop.amounts import duration, size
from desktop.catalogue.entry import Entry, Standing
from desktop.catalogue.pins import Pin, read_pins, write_pins
from desktop.catalogue.sources import Source, sources_of
from desktop.errors import EarshotError, UsageProblem
from desktop.getting.weights_folder import (
    PART,
    begun_bytes,
    free_bytes,
    give_name,
    only_one,
    require_room,
)
from desktop.paths import Home
from engines import wire
from engines.api import Fetched, Part, Role
from engines.call import Call, OnProgress
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.keys import Keys, is_fit
from engines.lane import require
from engines.limits import CANCEL_LIMIT_S, FETCH_LIMIT_S
from engines.messages import MessageError
from engines.registry import EngineInfo, engines_at

PLAN_LIMIT_S = 120.0
HUB = "hub"
TOKEN_KEY, TOKEN_VARIABLE = "huggingface", "HF_TOKEN"
"""The name of a hub's token among the keys, and the variable that its worker reads."""
_LOOK_S = 0.1
_RATE_WINDOW_S = 10.0
"""What was here already is read much faster than the rest comes."""


class Stopped(EarshotError):
    """Somebody wanted no more of it. What was fetched is kept."""

    def __init__(self) -> None:
        super().__init__("It was stopped; what was fetched is kept.", "Install again to go on.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One repository that has to come."""

    source: Source
    """With the revision that will come."""
    told: Fetched
    begun_bytes: int
    """How much of it is here from an earlier attempt."""

    @property
    def total_bytes(self) -> int:
        return sum(file.size_bytes for file in self.told.files.values())


@dataclass(frozen=True, slots=True)
class Plan:
    entries: tuple[Entry, ...]
    wanted: tuple[Wanted, ...]
    """Empty where everything is here."""
    free_bytes: int

    @property
    def total_bytes(self) -> int:
        return sum(wanted.total_bytes for wanted in self.wanted)

    @property
    def missing_bytes(self) -> int:
        return sum(max(0, w.total_bytes - w.begun_bytes) for w in self.wanted)

    @property
    def code(self) -> list[Wanted]:
        """Repositories whose own Python somebody has to allow."""
        return [wanted for wanted in self.wanted if wanted.source.remote_code]


@dataclass(frozen=True, slots=True)
class Far:
    """How far a fetch is."""

    what: str
    """The file at work."""
    done_bytes: int
    total_bytes: int
    rate_bytes_per_s: float
    """Of the last seconds; 0 until there is something to measure."""

    @property
    def left_s(self) -> float | None:
        if self.rate_bytes_per_s <= 0:
            return None
        return (self.total_bytes - self.done_bytes) / self.rate_bytes_per_s

    @property
    def sentence(self) -> str:
        """For example "3.1 GB of 16.8 GB, 21.4 MB/s, 10 min left"."""
        line = f"{size(self.done_bytes)} of {size(self.total_bytes)}"
        if self.left_s is None:
            return line
        return f"{line}, {size(self.rate_bytes_per_s)}/s, {duration(self.left_s)} left"


def make_plan(
    entries: Iterable[Entry],
    home: Home,
    *,
    engines: Mapping[str, EngineInfo] | None = None,
    stop: threading.Event | None = None,
    keys: Keys | None = None,
) -> Plan:
    """Ask where the weights come from what would come. Brings nothing.

    `keys` gives a hub's token where the shell gives none.

    Raises UsageProblem for a system that cannot be had, EngineError where the source refuses,
    Stopped.
    """
    chosen = tuple(entries)
    for entry in chosen:
        _require_available(entry)
    known = engines_at(home.places) if engines is None else engines
    sources = {s.repo: s for entry in chosen for s in sources_of(entry)}
    missing = [s for s in sources.values() if not s.is_here(home.models)]
    wanted = []
    with _Fetchers(known, home, stop, keys) as fetchers:
        for source in missing:
            told = fetchers.fetch(source, None, PLAN_LIMIT_S)
            pinned = replace(source, revision=told.revision)
            begun = begun_bytes(home.models / (_folder(pinned) + PART))
            wanted.append(Wanted(pinned, told, begun))
    return Plan(chosen, tuple(wanted), free_bytes(home.models))


def carry_out(
    plan: Plan,
    home: Home,
    *,
    allow_code: bool = False,
    engines: Mapping[str, EngineInfo] | None = None,
    on_progress: Callable[[Far], None] | None = None,
    stop: threading.Event | None = None,
    keys: Keys | None = None,
) -> None:
    """Do what was planned. `allow_code` is somebody's word for `plan.code`, in these revisions.

    Raises EngineError, EarshotError, Stopped; whatever is whole by then stays.
    """
    if plan.code and not allow_code:
        repos = ", ".join(w.source.repo for w in plan.code)
        raise UsageProblem(
            f"{repos} runs Python code of its own, which nobody has allowed.",
            "Look at that revision, then add --allow-code.",
        )
    known = engines_at(home.places) if engines is None else engines
    counter = _Counter(plan.total_bytes, on_progress)
    with only_one(home.models), _Fetchers(known, home, stop, keys) as fetchers:
        require_room(home.models, plan.missing_bytes)
        for wanted in plan.wanted:
            _pin(wanted.source, home, allow_code=allow_code)
            place = home.models / wanted.source.folder
            if place.is_dir():
                continue  # two systems share it, or somebody was faster
            part = place.with_name(place.name + PART)
            part.mkdir(exist_ok=True)
            progress = counter.of(wanted)
            came = fetchers.fetch(wanted.source, part, FETCH_LIMIT_S, progress)
            _require_whole(wanted, came, part)
            give_name(part, place, came.files)


def _require_available(entry: Entry) -> None:
    status = entry.status
    if status.standing is Standing.AVAILABLE:
        return
    instead = f"In its place: {status.successor}." if status.successor else ""
    what = "is retired" if status.standing is Standing.RETIRED else "is not provided"
    raise UsageProblem(f"{entry.system.id} {what}. {status.reason}".strip(), instead)


def _pin(source: Source, home: Home, *, allow_code: bool) -> None:
    """Before the first byte: what is broken off goes on with the same revision."""
    pins = read_pins(home.catalogue)
    before = pins.by_repo.get(source.repo)
    code = source.remote_code and allow_code
    if before is not None and before.revision == source.revision:
        code = code or before.remote_code
    pin = Pin(source.revision, remote_code=code)
    if pin != before:
        write_pins(home.catalogue, pins.with_pin(source.repo, pin))


def _require_whole(wanted: Wanted, came: Fetched, part: Path) -> None:
    """The fetcher may be somebody else's program. Raises EngineError."""
    if came.revision != wanted.source.revision:
        problem = f"revision {came.revision} came in place of {wanted.source.revision}"
    elif absent := [path for path in wanted.told.files if not (part / path).is_file()]:
        problem = f"{absent[0]} did not come"
    elif wrong := [path for path, sum_ in wanted.source.sums.items() if _sum(came, path) != sum_]:
        problem = f"{wrong[0]} is not the file that the catalogue knows"
    else:
        return
    sentence = f"The weights of {wanted.source.repo} are not complete: {problem}."
    raise EngineError(ErrorKind.INTERNAL, sentence, {"repo": wanted.source.repo})


def _sum(came: Fetched, path: str) -> str:
    """Empty for a file that the fetcher says nothing of."""
    file = came.files.get(path)
    return "" if file is None else file.sha256


def _folder(source: Source) -> str:
    try:
        return source.folder
    except ValueError as error:
        sentence = f"The fetcher named an impossible revision: {error}."
        raise EngineError(ErrorKind.INTERNAL, sentence) from error


class _Counter:
    """Adds the repositories of a plan up to one progress."""

    def __init__(self, total_bytes: int, on_progress: Callable[[Far], None] | None) -> None:
        self._total_bytes = total_bytes
        self._on_progress = on_progress
        self._before_bytes = 0
        self._seen: deque[tuple[float, int]] = deque()

    def of(self, wanted: Wanted) -> OnProgress:
        """For the calls of this repository, which come one after the other."""
        before = self._before_bytes
        self._before_bytes += wanted.total_bytes

        def tell(what: str, share: float | None) -> None:
            if self._on_progress is not None:
                done = before + round((share or 0.0) * wanted.total_bytes)
                self._on_progress(Far(what, done, self._total_bytes, self._rate(done)))

        return tell

    def _rate(self, done_bytes: int) -> float:
        now = time.monotonic()
        self._seen.append((now, done_bytes))
        while self._seen[0][0] < now - _RATE_WINDOW_S:
            self._seen.popleft()
        began_s, began_bytes = self._seen[0]
        return max(0.0, (done_bytes - began_bytes) / (now - began_s)) if now > began_s else 0.0


class _Fetchers:
    """The workers that fetch, started when they are needed, ended when it is left."""

    def __init__(
        self,
        engines: Mapping[str, EngineInfo],
        home: Home,
        stop: threading.Event | None,
        keys: Keys | None,
    ) -> None:
        self._engines = engines
        self._home = home
        self._stop = stop or threading.Event()
        self._keys = keys
        self._workers: dict[str, WorkerProcess] = {}

    def __enter__(self) -> _Fetchers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.stop()

    def fetch(
        self,
        source: Source,
        folder: Path | None,
        limit_s: float,
        on_progress: OnProgress | None = None,
    ) -> Fetched:
        """One `fetch`. Raises EngineError, Stopped."""
        if self._stop.is_set():
            raise Stopped
        info = self._info(source.part)
        params = {"model": _order(source), "folder": None if folder is None else str(folder)}
        call = self._worker(info).call("fetch", params, timeout_s=limit_s, on_progress=on_progress)
        with _ended_if_left(call):
            while not wait([call], _LOOK_S).done:
                if self._stop.is_set():
                    raise Stopped
        try:
            return wire.read_fetched(call.result())
        except MessageError as error:
            sentence = f"The worker of {info.name} answered 'fetch' wrongly: {error}."
            raise EngineError(ErrorKind.INTERNAL, sentence) from error

    def _info(self, part: Part) -> EngineInfo:
        """The engine's own fetcher, if it is one."""
        own = self._engines.get(part.engine)
        if own is not None and Role.FETCHER in own.roles:
            return own
        if _is_set("HF_HUB_OFFLINE"):
            sentence = "HF_HUB_OFFLINE is set: nothing is fetched. Unset it, and install again."
            raise EngineError(ErrorKind.NETWORK, sentence)
        absent = EngineInfo(HUB, Path(), problem=f"There is no engine {HUB!r}.")
        return self._engines.get(HUB, absent)

    def _worker(self, info: EngineInfo) -> WorkerProcess:
        worker = self._workers.get(info.name)
        if worker is None or not worker.alive:
            require(info)
            token = {TOKEN_VARIABLE: self._token()} if TOKEN_VARIABLE in info.environment else {}
            environment = self._home.places.to_environment() | token
            with suppress(OSError):  # a log that cannot be kept stops nobody
                self._home.logs.mkdir(parents=True, exist_ok=True)
            log_path = self._home.logs / f"fetch-{info.name}.log"
            known = token.get(TOKEN_VARIABLE, "")
            worker = WorkerProcess(info, log_path=log_path, extra_env=environment, key=known)
            self._workers[info.name] = worker
            worker.start()
        return worker

    def _token(self) -> str:
        """The hub's token, of the shell or else kept; empty where there is none. No worker asks a
        keyring.

        Raises EngineError (`needs_key`) for what no header can carry; it shows nothing of it.
        """
        token = os.environ.get(TOKEN_VARIABLE, "").strip()  # of an .env with CRLF, a CR ends it
        if not token and self._keys is not None:
            token = self._keys(TOKEN_KEY) or ""
        if not is_fit(token):
            sentence = (
                "What is given as the hub's token is no token: one has visible ASCII characters "
                f"only. Nothing was sent. Mend {TOKEN_VARIABLE}, or unset it and store the token: "
                f"python main.py systems key {TOKEN_KEY}"
            )
            raise EngineError(ErrorKind.NEEDS_KEY, sentence)
        return token


def _order(source: Source) -> dict[str, Any]:
    return {
        "repo": source.repo,
        "revision": source.revision,
        "allow": list(source.allow),
        "must": source.must,
        "sha256": source.sums,
    }


@contextmanager
def _ended_if_left(call: Call) -> Iterator[None]:
    """Whoever breaks the wait off, Ctrl-C included, ends what is waited for, within its limit."""
    try:
        yield
    except BaseException:
        call.cancel_request()
        wait([call], CANCEL_LIMIT_S)
        raise


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}
