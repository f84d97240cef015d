"""Every dialect, read by the program it is meant for: the planted ranking comes out.

The readers have an environment of their own, made by `make setup-readers` (part of `make
test-local`); EARSHOT_READERS names the Python of another one.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import ranker
from local_db.dialects import DIALECTS
from local_db.export import ExportSummary
from local_db.importing import import_votes
from tests.helpers import readers
from tests.helpers.planted import BEST_FIRST, LEFT_OUT, planted_export

VOTES = 2_000
OWN = Path(__file__).parents[3] / ".venv-readers"
PYTHON = os.environ.get("EARSHOT_READERS", str(OWN / "bin" / "python"))

pytestmark = pytest.mark.local
needs_readers = pytest.mark.skipif(
    "EARSHOT_READERS" not in os.environ and not OWN.exists(),
    reason="the readers are not installed (make setup-readers)",
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> ExportSummary:
    folder = tmp_path_factory.mktemp("station")
    return planted_export(folder, VOTES, dialects=list(DIALECTS), takes=True)


def read_by(reader: str, path: Path) -> list[str]:
    done = subprocess.run(
        [PYTHON, "-P", str(Path(readers.__file__)), reader, str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout.splitlines()[-1]))


@needs_readers
@pytest.mark.parametrize("reader", readers.READERS)
def test_the_real_reader_finds_the_planted_ranking(reader: str, planted: ExportSummary) -> None:
    """Those with style control too: length and form of the planted answers are chance."""
    name = reader.removesuffix("_style")
    path = planted.folder / DIALECTS[name].file
    assert read_by(reader, path.parent if name == "audiofolder" else path) == list(BEST_FIRST)
    written = planted.dialects[name]
    assert (written.votes, written.exclusions, written.warnings) == (VOTES, LEFT_OUT, ())


@needs_readers
def test_without_markdown_style_control_fails_as_the_export_warned(tmp_path: Path) -> None:
    summary = planted_export(tmp_path, 60, dialects=["fastchat"], markdown=False)
    (warning,) = summary.dialects["fastchat"].warnings
    assert "No vote differs in Markdown" in warning
    # Written with the rule of its own documents; their program says 1000 for every system.
    with pytest.raises(AssertionError):
        read_by("fastchat_style", summary.folder / "fastchat.json")
    assert len(read_by("fastchat", summary.folder / "fastchat.json")) == len(BEST_FIRST)


@pytest.mark.parametrize("name", DIALECTS)
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
    one = planted_export(tmp_path, 5, dialects=["parquet"])
    votes = list(DIALECTS["parquet"].read(one.folder / "votes.parquet"))
    for name in ("x", "y"):
        DIALECTS["parquet"].write(votes, tmp_path / name)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
