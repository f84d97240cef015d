"""The README's pictures: `python -m desktop.screenshots DIR`, from the demo, light and dark.

Each colour is a run of its own, in a process of its own, because Qt reads the scale at its start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = (sys.executable, str(ROOT / "main.py"), "demo")
SCALE = "2"
"""Device pixels per pixel: sharp on every screen."""


def draw(target: Path, demo: Sequence[str] = DEMO) -> None:
    """Write `<page>.png` and `<page>-dark.png` into `target`. Raises CalledProcessError.

    `demo` is the command, without its flags.
    """
    target.mkdir(parents=True, exist_ok=True)
    for ending, flags in (("", ()), ("-dark", ("--dark",))):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "demo"
            subprocess.run(
                [*demo, "--out", str(out), *flags],
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": SCALE},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            for picture in sorted((out / "screenshots").glob("*.png")):
                shutil.copy(picture, target / f"{picture.stem}{ending}.png")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
