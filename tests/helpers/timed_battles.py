"""Battles of systems of very different speed, as the program itself waits for them and shows them.

The real window, session, workers and database; only the systems are scripted, and some seventy
times as quick as real ones, so that thousands of battles take minutes. What comes of it are
exports, which are audited like anybody's. Each station is a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from ranker.audit import Report, audit

ROOT = Path(__file__).parents[2]
TAKE = ROOT / "resources" / "takes" / "09-knowledge.flac"
SYSTEMS = {
    "quick": {"delay_ms": 7, "answers": ["Yes."]},
    "middle": {"delay_ms": 28, "answers": ["กรุงเทพมหานครเป็นเมืองหลวง"]},
    "slow": {"delay_ms": 100, "answers": ["Take a coat, it may rain."]},
}
"""As 0.5 s, 2 s and 7 s; texts of three lengths and two scripts, each so short that the pace, which
goes by the longer one, is the same for all."""
MINIMUM_WAIT_MS = 450
"""More than the slowest takes twice, with what the program does beside it."""
A_STATION = 100
"""Battles of one participant that have two systems."""
SAME_SYSTEM = 20
"""More of them that have one system in both slots."""
AT_ONCE = 2 * (os.cpu_count() or 1)
"""Stations: each waits nearly all of the time."""
PATIENCE_MS = 60_000
"""For a first battle, beside others that begin as well."""


def audited(folder: Path, battles: int, *, minimum_wait_ms: int) -> Report:
    """Hold `battles` battles of two systems, and a fifth as many of one, and audit the exports."""
    stations = [min(A_STATION, battles - start) for start in range(0, battles, A_STATION)]
    with ThreadPoolExecutor(AT_ONCE) as waiting:
        held = [
            waiting.submit(_hold, folder / f"station-{number}", count, minimum_wait_ms)
            for number, count in enumerate(stations)
        ]
    return audit([one.result() for one in held], include_simulated=True)


def _hold(folder: Path, battles: int, minimum_wait_ms: int) -> Path:
    folder.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", __name__, json.dumps([str(folder), battles, minimum_wait_ms])],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
    )
    return folder / "export"


def main(folder: Path, battles: int, minimum_wait_ms: int) -> None:
    from PySide6.QtCore import Qt

    from local_db.export import export
    from tests.helpers.rehearsal import Rehearsal
    from tests.performance.stage import Patience
    from ui.state import Phase

    one_only = battles * SAME_SYSTEM // A_STATION
    stage = Rehearsal(
        Patience(),  # type: ignore[arg-type]  # all that is used of a qtbot
        folder,
        TAKE,
        SYSTEMS,
        battles=battles,
        still=False,
        simulated=True,
        tables=(
            f"[show]\nminimum_wait_ms = {minimum_wait_ms}\n[design]\nsame_system = {one_only}\n"
        ),
    )
    with closing(stage):
        stage.start()
        for _ in range(battles + one_only):
            stage.speak()
            stage.until(Phase.VOTING, PATIENCE_MS)
            stage.vote(Qt.Key.Key_1)
            stage.next()
        export(stage.home.database, stage.home.takes, folder / "export")


def named(report: Report, names: Sequence[str] = ("slot", "pair", "kind")) -> dict[str, float]:
    """Of each figure, by how much more than chance it was named."""
    scores = {f.name: f.score for f in report.figures if f.name in names and f.score is not None}
    return {name: score.accuracy - score.chance for name, score in scores.items()}


if __name__ == "__main__":
    where, how_many, least_ms = json.loads(sys.argv[1])
    main(Path(where), how_many, least_ms)
