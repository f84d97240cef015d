"""The folder that a demo fills: what may be replaced there, and what is put there at the end."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import EarshotError, UsageProblem
from desktop.paths import Home
from desktop.version import PROGRAM
from local_db.export import export

MARKER = "made-by-earshot-demo.txt"
_OURS = (MARKER, "home", "export", "screenshots", "leaderboard.json", "leaderboard.txt")


@dataclass(frozen=True, slots=True)
class Produced:
    """Where the demo put things."""

    screenshots: tuple[Path, ...]
    export: Path
    leaderboard: Path
    board_text: str


def make_room(out: Path) -> None:
    """Only what a demo wrote is replaced: the marker tells."""
    try:
        if out.exists() and not out.is_dir():
            raise UsageProblem(f"{out} is a file.", "Name a new or empty folder.")
        if out.exists() and any(out.iterdir()) and not (out / MARKER).is_file():
            raise UsageProblem(
                f"{out} holds other things than a demo, so nothing was written.",
                "Name a new or empty folder.",
            )
        if out.exists():
            foreign = sorted(p.name for p in out.iterdir() if p.name not in _OURS)
            if foreign:
                raise UsageProblem(
                    f"{out} holds {foreign[0]} beside a demo, so nothing was written.",
                    "Name a new or empty folder.",
                )
            for old in out.iterdir():
                if old.is_dir() and not old.is_symlink():
                    shutil.rmtree(old)
                else:
                    old.unlink()
        (out / "screenshots").mkdir(parents=True)
        (out / MARKER).write_text("Everything in this folder is replaced by the next demo.\n")
    except OSError as error:
        raise EarshotError(f"{out} cannot be written ({error.strerror}).") from error


def produce(out: Path, home: Home, pictures: list[Path]) -> Produced:
    from ranker.report.findings import report_of
    from ranker.text import render

    export(home.database, home.takes, out / "export", key_file=home.key)
    found = report_of([out / "export"], PROGRAM, include_simulated=True, whole=False)
    text = render(found.material.board)
    (out / "leaderboard.txt").write_text(text + "\n", encoding="utf-8")
    (out / "leaderboard.json").write_text(
        json.dumps(found.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        encoding="utf-8",
    )
    return Produced(tuple(pictures), out / "export", out / "leaderboard.txt", text)
