"""A second process beside a session that runs: a command, or another window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from desktop.single_instance import Doorbell
from local_db.reader import open_reader
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal
from ui.state import Phase

ROOT = Path(__file__).resolve().parents[3]


def run_main(stage: Rehearsal, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env={**os.environ, "EARSHOT_HOME": str(stage.home.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_export_works_from_a_second_process_while_a_battle_runs(rehearse, tmp_path: Path):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    done = run_main(stage, "export", "--to", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["battles"], summary["exclusions"]) == (1, {"still_open": 1})
    assert summary["chain"]["ok"]
    stage.speak()
    stage.vote(Qt.Key.Key_4)
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().voted == 2


def test_the_doctor_examines_the_database_while_a_battle_runs(rehearse):
    stage = rehearse(TWO)
    stage.start()
    done = run_main(stage, "doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert findings["database"]["verdict"] == "good", done.stdout
    assert "1 battle started: 0 voted, 1 open." in findings["database"]["sentence"]


def test_a_second_window_brings_the_first_to_the_front_and_goes(rehearse):
    stage = rehearse(TWO)
    rings: list[bool] = []
    doorbell = Doorbell(stage.home.folder, lambda: rings.append(True), stage.program)
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py")],
        env={**os.environ, "EARSHOT_HOME": str(stage.home.folder)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stage.qtbot.waitUntil(lambda: child.poll() is not None, timeout=3 * PATIENCE_MS)
        assert child.stderr is not None
        assert child.stderr.read() == "Earshot is already open; its window is now in front.\n"
        assert child.returncode == 0
        assert rings == [True]
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
        doorbell.close()
