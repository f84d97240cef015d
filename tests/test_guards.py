"""The guards of every test are seen to catch what they are for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CARELESS = """
import logging
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

from PySide6.QtCore import qWarning

import tests.conftest
from tests.helpers.voting import Sitting, open_test_store

tests.conftest.PATIENCE_S = 0.5

def test_tidy():
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_child():
    test_child.kept = subprocess.Popen(["sleep", "9"])

def test_grandchild():
    subprocess.run(["sh", "-c", "sleep 9 &"], check=True)

def test_grandchild_in_a_group_of_its_own():
    subprocess.run(["sh", "-c", "setsid sleep 9 &"], check=True)

def test_thread():
    threading.Thread(target=threading.Event().wait, args=(9,), name="late").start()

def test_log():
    logging.getLogger("earshot.part").warning("careful")

def test_qt():
    qWarning("QPainter is not active")

def test_battle(tmp_path):
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        sitting.vote(sitting.ready_battle())
    with closing(sqlite3.connect(tmp_path / "earshot.db", isolation_level=None)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in rows.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM vote")
"""
EXPECTED = {
    "child": "processes left behind: .*sleep 9",
    "grandchild": "processes left behind: .*sleep 9",
    "grandchild_in_a_group_of_its_own": "processes left behind: .*sleep 9",
    "thread": "threads left behind: .*late",
    "log": "unexpected log lines: .*careful",
    "battle": "battles do not add up: .*voted, with 0 votes that count",
    "qt": "Qt complained: .*QPainter is not active",
}


@pytest.mark.serial  # it waits for what will not end
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_what_is_left_behind_or_complained_about_fails_its_test(tmp_path: Path) -> None:
    file = tmp_path / "test_careless.py"
    file.write_text(CARELESS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    _, *blocks = re.split(r"^_+ ERROR at teardown of test_", done.stdout, flags=re.MULTILINE)
    told = {block.split()[0]: block for block in blocks}
    assert told.keys() == EXPECTED.keys(), done.stdout
    for name, complaint in EXPECTED.items():
        assert re.search(complaint, told[name]), told[name]
