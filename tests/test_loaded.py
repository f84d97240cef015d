"""Each folder does without the libraries of the others: all of its files are really imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
QT = ["PySide6", "shiboken6"]
MODEL_LIBRARIES = ["torch", "transformers", "whisper", "llama_cpp", "pocketsphinx", "nltk"]
SOUND_LIBRARIES = ["sounddevice", "soundfile"]
SQL_LIBRARIES = ["sqlite3", "sqlite_utils"]

IMPORT_ALL = """
import importlib, pathlib, sys
folder, *unwanted = sys.argv[1:]
for file in sorted(pathlib.Path(folder).rglob("*.py")):
    name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(" ".join(sorted(set(unwanted) & set(sys.modules))))
"""


@pytest.mark.parametrize(
    ("folder", "unwanted"),
    [
        ("engines", [*QT, *MODEL_LIBRARIES, *SOUND_LIBRARIES, *SQL_LIBRARIES, "local_db", "ui"]),
        ("local_db", [*QT, *MODEL_LIBRARIES, *SOUND_LIBRARIES, "engines", "ui"]),
        (
            "ranker",
            [*QT, *MODEL_LIBRARIES, *SOUND_LIBRARIES, *SQL_LIBRARIES, "local_db", "matplotlib"],
        ),
        ("resources", [*QT, *MODEL_LIBRARIES, *SOUND_LIBRARIES, *SQL_LIBRARIES, "ui"]),
        ("desktop", [*MODEL_LIBRARIES, *SOUND_LIBRARIES, "matplotlib"]),
        ("ui", [*MODEL_LIBRARIES, *SOUND_LIBRARIES, *SQL_LIBRARIES, "engines", "local_db"]),
    ],
)
def test_importing_all_of_a_folder_loads_nothing_unwanted(folder: str, unwanted: list[str]) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, folder, *unwanted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split() == []
