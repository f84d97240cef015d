"""Hundreds of simulated participants through a study, and what the ranker makes of their votes."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

import ranker
from desktop.errors import EarshotError
from desktop.pages.exporting import export_station
from desktop.paths import Home
from desktop.session.study import Study
from desktop.simulation import station
from desktop.simulation.station import Sitting
from desktop.simulation.voters import Crowd, planted, true_points
from local_db.export_place import place_errors
from local_db.kept import Conservation
from local_db.reader import open_reader
from ranker.fit import fit

PARTICIPANTS_A_STATION = 25
"""A database is copied after every session; many small ones are quicker to copy than a large."""

_ROOT = Path(__file__).parents[2]

Tell = Callable[[int, int], None]
"""Stations that are done, first none, and all of them."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it."""

    exports: tuple[Path, ...]
    conservation: Conservation
    """Over all stations."""
    pairs: Mapping[tuple[str, str], int]
    """Ordered pair -> votes."""
    widest_spread: int
    """Of the votes of unordered pairs within one station: most less fewest."""
    board: ranker.Board
    truth: Mapping[str, float]
    """System -> the coefficient that votes without end would give; mean 0."""
    seconds: float

    @property
    def order_recovered(self) -> bool:
        found = [row.system for row in self.board.rows]
        return found == sorted(self.truth, key=lambda name: -self.truth[name])

    @property
    def covered(self) -> int:
        """How many systems' intervals hold their true coefficient."""
        return sum(row.low <= self.truth[row.system] <= row.high for row in self.board.rows)


def simulate(
    study: Study, participants: int, out: Path, *, seed: int = 0, tell: Tell = lambda *_: None
) -> Simulated:
    """Hold `participants` sessions of `study` in a new folder `out`.

    Every row, and with it every export, is marked simulated. The same arguments give the same
    draws and votes. Raises EarshotError where the folder is not empty or a session goes wrong; then
    it is as empty as it was.
    """
    _require_new(out)
    with ExitStack() as on_failure:
        on_failure.callback(_empty, out)
        came = _simulated(study, participants, out, seed, tell)
        on_failure.pop_all()
    return came


def _simulated(study: Study, participants: int, out: Path, seed: int, tell: Tell) -> Simulated:
    began_s = time.monotonic()
    crowd = Crowd(merits=planted(study.systems))
    sittings = [
        Sitting(out / f"station-{number + 1}", study, crowd, people, seed)
        for number, people in enumerate(_shared(participants))
    ]
    _hold(sittings, tell)
    exports = [
        export_station(Home(sitting.home), out / "exports" / sitting.home.name).folder
        for sitting in sittings
    ]
    counted = [_counted(sitting) for sitting in sittings]
    return Simulated(
        exports=tuple(exports),
        conservation=_sum([conservation for conservation, _ in counted]),
        pairs=_merged([pairs for _, pairs in counted]),
        widest_spread=max(_spread(study.systems, pairs) for _, pairs in counted),
        board=ranker.rank(exports, include_simulated=True, seed=seed),
        truth=true_coefficients(crowd, study.systems, study.battles_per_session),
        seconds=time.monotonic() - began_s,
    )


def _empty(folder: Path) -> None:
    for made in folder.iterdir():
        shutil.rmtree(made, ignore_errors=True)


def _require_new(out: Path) -> None:
    """Make the folder. Raises EarshotError, UnusableFolder."""
    if out.exists() and not out.is_dir():
        raise EarshotError(f"{out} is no folder.", "Name a new folder.")
    with place_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise EarshotError(f"{out} is not empty.", "Name a new folder.")
        with tempfile.TemporaryFile(dir=out):  # or every station would fail, each in its own words
            pass


def true_coefficients(crowd: Crowd, systems: Sequence[str], battles: int) -> dict[str, float]:
    """What a fit of endlessly many votes on every pair would give."""
    points = np.zeros((1, len(systems), len(systems)))
    for (i, a), (j, b) in combinations(enumerate(systems), 2):
        points[0, i, j] = true_points(crowd, a, b, battles)
        points[0, j, i] = 1.0 - points[0, i, j]
    (betas,) = fit(points, np.ones(points.shape, bool))
    return dict(zip(systems, map(float, betas), strict=True))


def _shared(participants: int) -> list[range]:
    every = range(participants)
    return [
        every[start : start + PARTICIPANTS_A_STATION]
        for start in range(0, participants, PARTICIPANTS_A_STATION)
    ]


def _hold(sittings: Sequence[Sitting], tell: Tell) -> None:
    """As many stations at once as there are cores."""
    cores = min(len(sittings), os.cpu_count() or 1)
    tell(0, len(sittings))
    with ThreadPoolExecutor(cores, thread_name_prefix="station") as waiting:
        running = [waiting.submit(_hold_one, sitting) for sitting in sittings]
        for done, one in enumerate(as_completed(running), 1):
            one.result()
            tell(done, len(sittings))


def _hold_one(sitting: Sitting) -> None:
    """In a process of its own, so that stations do not share one Python's lock."""
    ended = subprocess.run(
        [sys.executable, "-m", station.__name__],
        cwd=_ROOT,
        input=pickle.dumps(sitting),
        stderr=subprocess.PIPE,
        check=False,
    )
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip()
        raise EarshotError(f"{sitting.home.name} could not be simulated: {said}")


def _counted(sitting: Sitting) -> tuple[Conservation, Mapping[tuple[str, str], int]]:
    with open_reader(Home(sitting.home).database) as reader:
        names = {system.fingerprint: system.system for system in reader.systems()}
        pairs = reader.pair_counts(sitting.study.id, simulated=True)
        return reader.conservation(), {(names[a], names[b]): n for (a, b), n in pairs.items()}


def _merged(counts: Sequence[Mapping[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    keys = sorted({pair for one in counts for pair in one})
    return {pair: sum(one.get(pair, 0) for one in counts) for pair in keys}


def _spread(systems: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> int:
    votes = [
        pairs.get((a, b), 0) + pairs.get((b, a), 0) for a, b in combinations(sorted(systems), 2)
    ]
    return max(votes) - min(votes)


def _sum(parts: Sequence[Conservation]) -> Conservation:
    names = ("started", "voted", "skipped", "failed", "abandoned", "withdrawn", "open")
    return Conservation(**{name: sum(getattr(part, name) for part in parts) for name in names})
