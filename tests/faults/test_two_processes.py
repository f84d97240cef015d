"""Commands from a second process while the window votes; and a second window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_db.reader import open_reader
from tests.helpers.voting import Sitting, open_test_store

ROOT = Path(__file__).parents[2]
TIMES = 20

EXPORTER = """
import json, sys
from pathlib import Path
from local_db.export import export
from local_db.reader import open_reader
folder, times = Path(sys.argv[1]), int(sys.argv[2])
seen = []
for number in range(times):
    summary = export(folder / "earshot.db", folder / "takes", folder / f"out-{number}")
    with open_reader(folder / "earshot.db") as reader:
        chain_ok = reader.verify_chain().ok and summary.chain.ok
        sum_holds = reader.conservation().holds and summary.conservation.holds
    seen.append([summary.battles, chain_ok, sum_holds])
print(json.dumps(seen))
"""

SECOND_WINDOW = """
import sys
from pathlib import Path
from local_db.errors import AlreadyOpen
from tests.helpers.voting import open_test_store
for _ in range(int(sys.argv[2])):
    try:
        open_test_store(Path(sys.argv[1]))
        print("opened")
    except AlreadyOpen as error:
        print(error.pid)
"""


def lines_of(folder: Path) -> list[dict[str, object]]:
    with (folder / "battles.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_exports_while_votes_are_committed_are_whole_and_nobody_waits_in_vain(
    tmp_path: Path,
) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        sitting.voted_battle()
        with subprocess.Popen(
            [sys.executable, "-c", EXPORTER, tmp_path, str(TIMES)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        ) as exporter:
            votes = 1
            while exporter.poll() is None:
                sitting.voted_battle()
                votes += 1
            assert exporter.stdout is not None
            seen = json.loads(exporter.stdout.read())
        assert exporter.returncode == 0
        assert store.reader.conservation().voted == votes
    assert len(seen) == TIMES
    assert all(chain_ok and sum_holds for _, chain_ok, sum_holds in seen)
    counts = [battles for battles, _, _ in seen]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] <= votes
    for number, battles in enumerate(counts):
        lines = lines_of(tmp_path / f"out-{number}")
        assert len(lines) == battles
        assert all(line["state"] == "voted" and line["vote"] for line in lines)


def test_a_second_window_is_refused_every_time(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        done = subprocess.run(
            [sys.executable, "-c", SECOND_WINDOW, tmp_path, str(TIMES)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        assert store.reader.quick_check() == "ok"
    assert done.stdout.split() == [str(os.getpid())] * TIMES


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_a_reader_that_stays_open_does_not_hold_the_writer_up(tmp_path: Path, journal: str) -> None:
    with open_test_store(tmp_path) as store:
        store._connection.execute(f"PRAGMA journal_mode = {journal}")
        sitting = Sitting(store, tmp_path / "takes")
        with open_reader(store.path) as reader:
            for number in range(1, 6):
                sitting.voted_battle()
                assert reader.conservation().voted == number
