"""Every dialect, read by the program it is meant for: the planted ranking comes out.

The readers are the extra `readers` of pyproject.toml. They may live in an environment of their own:
EARSHOT_READERS names its Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ranker
from local_db.dialects import DIALECTS
from local_db.export import ExportSummary
from local_db.importing import import_votes
from tests.helpers import readers
from tests.helpers.planted import BEST_FIRST, LEFT_OUT, planted_export

VOTES = 2_000
PYTHON = os.environ.get("EARSHOT_READERS", sys.executable)
LIBRARIES = {
    "audiofolder": ("datasets", "arena_rank"),
    "csv": ("pandas", "arena_rank"),
    "evalica": ("evalica",),
    "fastchat": ("pandas", "sklearn"),
    "fastchat_style": ("pandas", "sklearn"),
    "lmarena": ("pandas", "arena_rank"),
    "lmarena_style": ("pandas", "arena_rank"),
    "parquet": ("pandas", "pyarrow", "arena_rank"),
    "talkarena": ("pandas", "scipy"),
}

pytestmark = pytest.mark.local


def has_duckdb() -> bool:
    try:
        import duckdb  # noqa: F401
    except ImportError:
        return False
    return True


WRITABLE = [name for name in DIALECTS if name != "parquet" or has_duckdb()]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> ExportSummary:
    folder = tmp_path_factory.mktemp("station")
    return planted_export(folder, VOTES, dialects=WRITABLE, takes=True)


def read_by(reader: str, path: Path) -> list[str]:
    require(reader)
    done = subprocess.run(
        [PYTHON, "-P", str(Path(readers.__file__)), reader, str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout.splitlines()[-1]))


def require(reader: str) -> None:
    if reader == "parquet" and not has_duckdb():
        pytest.skip("duckdb, which writes Parquet, is not installed (the extra `parquet`)")
    libraries = LIBRARIES[reader]
    asked = f"import importlib.util as u; print(*(n for n in {libraries!r} if not u.find_spec(n)))"
    missing = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True).stdout.split()
    if missing:
        pytest.skip(
            f"{', '.join(missing)}: the reader is not installed (the extra `readers`; "
            "EARSHOT_READERS names a Python that has it)"
        )


@pytest.mark.parametrize("reader", LIBRARIES)
def test_the_real_reader_finds_the_planted_ranking(reader: str, planted: ExportSummary) -> None:
    """Those with style control too: length and form of the planted answers are chance."""
    name = reader.removesuffix("_style")
    path = planted.folder / DIALECTS[name].file
    assert read_by(reader, path.parent if name == "audiofolder" else path) == list(BEST_FIRST)
    written = planted.dialects[name]
    assert (written.votes, written.exclusions, written.warnings) == (VOTES, LEFT_OUT, ())


def test_without_markdown_style_control_fails_as_the_export_warned(tmp_path: Path) -> None:
    require("fastchat_style")
    summary = planted_export(tmp_path, 60, dialects=["fastchat"], markdown=False)
    (warning,) = summary.dialects["fastchat"].warnings
    assert "No vote differs in Markdown" in warning
    # Written with the rule of its own documents; their program says 1000 for every system.
    with pytest.raises(AssertionError):
        read_by("fastchat_style", summary.folder / "fastchat.json")
    assert len(read_by("fastchat", summary.folder / "fastchat.json")) == len(BEST_FIRST)


@pytest.mark.parametrize("name", WRITABLE)
def test_what_was_written_is_read_back_and_ranks_the_same(
    name: str, planted: ExportSummary, tmp_path: Path
) -> None:
    summary = import_votes(planted.folder / DIALECTS[name].file, name, tmp_path / "in")
    assert summary.battles == VOTES
    back = ranker.rank(tmp_path / "in", include_simulated=True, bootstraps=100)
    there = ranker.rank(planted.folder, include_simulated=True, bootstraps=100)
    assert [row.system for row in back.rows] == list(BEST_FIRST)
    assert back.rows == there.rows
    assert back.pairs == there.pairs
    assert back.slot == there.slot


def test_parquet_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    require("parquet")
    one = planted_export(tmp_path, 5, dialects=["parquet"])
    votes = list(DIALECTS["parquet"].read(one.folder / "votes.parquet"))
    for name in ("x", "y"):
        DIALECTS["parquet"].write(votes, tmp_path / name)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
