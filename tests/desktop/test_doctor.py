"""What the doctor finds in a data folder, without waiting for its slower checks."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.doctor import Finding, Verdict, examine
from desktop.paths import Home
from desktop.settings import remember
from local_db.chain import ChainReport
from local_db.verifying import verify
from tests.helpers.namespaces import can_be_enforced
from tests.helpers.voting import Sitting, open_test_store

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096


def findings_of_the_microphone(home: Home, *flags: str) -> list[dict[str, str]]:
    """What the command says of it."""
    told = subprocess.run(
        [sys.executable, ROOT / "main.py", *flags, "doctor", "--json", "--home", home.folder],
        capture_output=True,
        check=False,
    )
    return [found for found in json.loads(told.stdout) if found["check"] == "microphone"]


def findings(home: Home) -> dict[str, Finding]:
    """Those about the folder; the checks after them start workers and open the microphone."""
    found = {}
    for finding in examine(home):
        found[finding.check] = finding
        if finding.check == "database":
            break
    return found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """With votes and one backup."""
    home = Home(tmp_path / "home")
    home.create()
    with closing(open_test_store(home.folder)) as store:
        sitting = Sitting(store, home.takes)
        for _ in range(5):
            sitting.voted_battle()
        store.backup()
    return home


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[3 * PAGE : 4 * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)


def overwritten_where_no_query_looks(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[PAGE : 2 * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 5 * PAGE])


def test_a_good_database_is_good(home: Home):
    found = findings(home)
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert "5 voted" in found["database"].sentence


def test_one_battle_is_one(tmp_path: Path):
    home = Home(tmp_path / "home")
    home.create()
    with closing(open_test_store(home.folder)) as store:
        Sitting(store, home.takes).voted_battle()
    assert findings(home)["database"].sentence.startswith(
        "1 battle started: 1 voted. The history of "
    )


@pytest.mark.tampers
def test_battles_that_do_not_add_up_are_bad(home: Home):
    with closing(sqlite3.connect(home.database, isolation_level=None)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'battle_now'")
        ((view,),) = rows.fetchall()
        connection.execute("DROP VIEW battle_now")
        connection.execute(view.replace("battle_end.state, 'open')", "NULL, 'elsewhere')"))
    found = findings(home)["database"]
    assert found.verdict is Verdict.BAD
    assert "The battles do not add up." in found.sentence


def test_recordings_that_were_put_aside_are_named(home: Home):
    assert "recordings" not in findings(home)
    (home.takes / "cut-off.wav.part").write_bytes(b"half a word")
    with closing(open_test_store(home.folder)) as store:
        store.recover(home.takes)
    finding = findings(home)["recordings"]
    assert finding.verdict is Verdict.WARNING
    assert finding.sentence.startswith("1 recording lies in")
    assert str(home.takes / "orphans") in finding.sentence


def test_a_new_station_has_no_database_and_that_is_fine(tmp_path: Path):
    found = findings(Home(tmp_path / "new"))
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}


def test_a_vote_is_kept_while_the_doctor_looks(home: Home, monkeypatch: pytest.MonkeyPatch):
    with closing(open_test_store(home.folder)) as store:
        store._connection.execute("PRAGMA journal_mode = TRUNCATE")  # where readers hold writers up
        sitting = Sitting(store, home.takes)

        def vote_after(*what: Any) -> ChainReport:
            report = verify(*what)
            sitting.voted_battle()
            return report

        monkeypatch.setattr("local_db.reader.verify", vote_after)
        found = findings(home)
        monkeypatch.undo()
        assert store.reader.conservation().voted == 6
    assert "5 voted" in found["database"].sentence
    assert "6 voted" in findings(home)["database"].sentence


@pytest.mark.parametrize(
    "spoil", [overwritten, overwritten_where_no_query_looks, cut_short, Path.unlink]
)
@pytest.mark.tampers
def test_a_database_that_is_damaged_or_gone_names_its_last_good_backup(
    home: Home, spoil: Callable[[Path], None]
):
    spoil(home.database)
    (backup,) = home.backups.iterdir()
    finding = findings(home)["database"]
    assert finding.verdict is Verdict.BAD
    assert f"{backup}. Copy it" in finding.fix


@pytest.mark.serial
@pytest.mark.usefixtures("pulse")
def test_the_microphone_that_is_named_is_tried_else_the_stored_one(home: Home):
    named, *_ = findings_of_the_microphone(home, "--microphone", "mic2, ALSA")
    assert named["sentence"].startswith("“mic2, ALSA” ")
    remember(home.settings, "microphone", "mic1, ALSA")
    stored, *_ = findings_of_the_microphone(home)
    assert stored["sentence"].startswith("“mic1, ALSA” ")


@pytest.mark.serial
@pytest.mark.usefixtures("pulse")
def test_a_microphone_that_is_not_there_is_told_and_the_default_tried(home: Home):
    missing, used, *_ = findings_of_the_microphone(home, "--microphone", "foo")
    assert missing["verdict"] == Verdict.BAD
    assert missing["sentence"].startswith("“foo” is not there; “")
    assert "Hz) " in used["sentence"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path):
    (tmp_path / "home").write_text("mine")
    finding = findings(Home(tmp_path / "home"))["disk"]
    assert finding.verdict is Verdict.BAD
    assert finding.sentence == f"{tmp_path / 'home'} is not a folder."


AS_NOBODY = """
import json, os, sys
from pathlib import Path
from tests.desktop.test_doctor import findings
from desktop.paths import Home
from local_db.chain import ChainReport
from local_db.verifying import verify
if os.geteuid() == 0:  # root may read anything
    os.setgid(65534)
    os.setuid(65534)
found = findings(Home(Path(sys.argv[1])))
print(json.dumps({name: [f.verdict, f.sentence] for name, f in found.items()}))
"""


@pytest.fixture
def others(home: Home) -> Iterator[Path]:
    """A copy of the data folder in a place that another user can reach."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        folder = Path(made, "home")
        folder.mkdir()
        (folder / "earshot.db").write_bytes(home.database.read_bytes())
        yield folder
        folder.chmod(0o700)


@pytest.mark.parametrize("closed", ["folder", "database"])
def test_a_folder_that_may_not_be_read_is_named(others: Path, closed: str):
    (others / "earshot.db").chmod(0o600 if closed == "folder" else 0o000)
    others.chmod(0o000 if closed == "folder" else 0o777)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, others],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict, sentence = json.loads(done.stdout)["database"]
    assert verdict == "bad"
    assert sentence.startswith(f"{others / 'earshot.db'} cannot be read")


def test_it_says_whether_local_workers_can_be_kept_off_the_network(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> Finding:
        return next(found for found in examine(home) if found.check == "network")

    expected = Verdict.GOOD if can_be_enforced() else Verdict.WARNING
    assert said().verdict is expected
    # A worker that does not try is what one looks like that is not allowed to.
    monkeypatch.setattr("engines.starting.NETWORK_VARIABLE", "EARSHOT_NOBODY_READS_THIS")
    assert said().verdict is Verdict.WARNING
    assert "Every answer says so" in said().sentence
