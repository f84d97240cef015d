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

def tampered(tmp_path, statement):
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        sitting.vote(sitting.ready_battle())
    with closing(sqlite3.connect(tmp_path / "earshot.db", isolation_level=None)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in rows.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)

def test_vote(tmp_path):
    tampered(tmp_path, "DELETE FROM vote")

def test_battle(tmp_path):
    tampered(tmp_path, "DELETE FROM battle")

def test_stranger(tmp_path):
    tampered(tmp_path, "DELETE FROM event WHERE noun = 'battle'")

def test_left_open(tmp_path):
    tampered(tmp_path, "DELETE FROM battle_end")

def test_session(tmp_path):
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        sitting.ready_battle()
        store.end_session(sitting.session_id, "left")

def test_unreadable(tmp_path):
    (tmp_path / "earshot.db").write_bytes(b"noise" * 1000)
"""
EXPECTED = {
    "child": "processes left behind: .*sleep 9",
    "grandchild": "processes left behind: .*sleep 9",
    "grandchild_in_a_group_of_its_own": "processes left behind: .*sleep 9",
    "thread": "threads left behind: .*late",
    "log": "unexpected log lines: .*careful",
    "vote": "battles do not add up: .*voted, votes: 0 that count",
    "battle": "battles do not add up: .*started, then nowhere",
    "stranger": "battles do not add up: .*voted, and never started",
    "left_open": "battles do not add up: .*open, votes: 1 that count",
    "session": "battles do not add up: .*open, in a session that has ended",
    "unreadable": "battles do not add up: .*earshot.db cannot be read: file is not a database",
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
