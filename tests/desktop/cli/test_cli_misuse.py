"""The commands in the hands of somebody unlucky: a sentence each, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from desktop.cli.rank import FEWEST, MOST
from local_db.signing import can_sign
from local_db.store import Store
from tests.desktop.cli.test_cli import PARIS, ROOT, earshot
from tests.helpers.ranker_exports import battle, write_export
from tests.helpers.voting import Sitting, open_test_store

ASK = ("ask", PARIS, "--system", "baseline-skills")
BOUND = (sys.executable, str(ROOT / "tests" / "helpers" / "bound_by_rights.py"))
"""Runs a command for which permissions hold."""
HUGE = "9" * 5000


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A data folder with one vote and its recording."""
    home = tmp_path / "home"
    home.mkdir()
    with closing(open_test_store(home)) as store:
        vote_in(store, home)
        store.backup()
    return home


def run_into(
    stdout: IO[bytes] | int, *arguments: str | Path, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Buffered as for a person, whatever the environment of the tests says."""
    return subprocess.run(
        [sys.executable, "main.py", *map(str, arguments)],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"} | env,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )


def vote_in(store: Store, home: Path) -> None:
    Sitting(store, home / "takes").voted_battle()


@pytest.mark.parametrize(
    "flag",
    [
        *(
            (*ASK, "--time-limit", number)
            for number in ("inf", "nan", "-1", "0", "1e999", "3601", "soon", "", HUGE)
        ),
        *((*ASK, "--seed", number) for number in ("-1", "1.5", "nan", str(2**53), HUGE)),
        *(("rank", "x", "--seed", number) for number in ("-1", "inf", HUGE)),
        *(
            ("rank", "x", "--bootstraps", number)
            for number in ("0", "-5", str(FEWEST - 1), str(MOST + 1), "1e3", HUGE)
        ),
    ],
    ids=lambda flag: " ".join((flag[0], *flag[-2:]))[:40],
)
def test_a_number_that_makes_no_sense_is_typed_wrongly(flag):
    done = earshot(*flag)
    assert done.returncode == 2
    assert f"argument {flag[-2]}: " in done.stderr
    assert done.stderr.endswith(f" {'up to 3600' if 'time' in flag[-2] else most(flag)}\n")
    assert len(done.stderr) < 1000
    assert done.stdout == ""


def most(flag: tuple[object, ...]) -> str:
    return f"to {MOST if flag[-2] == '--bootstraps' else 2**53 - 1}"


def test_the_fewest_bootstraps_are_enough(tmp_path: Path):
    folder = write_export(tmp_path / "north", [battle(k) for k in range(8)])
    done = earshot("rank", folder, "--bootstraps", str(FEWEST), "--seed", str(2**53 - 1))
    assert (done.returncode, done.stderr) == (0, "")


def test_rank_names_what_is_no_export_and_ranks_nothing(tmp_path: Path):
    good = write_export(tmp_path / "north", [battle(k) for k in range(8)])
    (tmp_path / "holiday").mkdir()
    done = earshot("rank", good, tmp_path / "holiday", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"There is no export at {tmp_path / 'holiday'}: it holds no file" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_export_says_in_words_which_recordings_it_lacks(station: Path, tmp_path: Path):
    with closing(open_test_store(station)) as store:
        vote_in(store, station)
        vote_in(store, station)
    gone, changed, _ = sorted((station / "takes").iterdir())
    gone.unlink()
    changed.write_bytes(b"noise")
    done = earshot("export", "--home", station, "--to", tmp_path / "out", "--takes")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'out'}\n")
    assert "1 recording is not in the takes folder, or cannot be read" in done.stderr
    assert f"(for example {gone.name}), so the export has the votes without" in done.stderr
    assert f"no longer what was recorded (for example {changed.name})" in done.stderr


def test_export_stays_out_of_the_data_folder(station: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(station / "takes")
    before = sorted(station.rglob("*"))
    for to in (station, station / "takes" / "new", tmp_path / "link" / "new"):
        done = earshot("export", "--home", station, "--to", to)
        assert done.returncode == 1
        assert f"{to} lies in the data folder {station}. Nothing was changed." in done.stderr
    assert sorted(station.rglob("*")) == before


@pytest.mark.tampers
def test_export_names_the_last_good_backup_of_a_damaged_database(station: Path, tmp_path: Path):
    database = station / "earshot.db"
    database.write_bytes(database.read_bytes()[:50])
    (backup,) = (station / "backups").iterdir()
    done = earshot("export", "--home", station, "--to", tmp_path / "out")
    assert done.returncode == 1
    assert f"The last good backup is {backup}. Copy it to {database}" in done.stderr


def lock(station: Path, what: str) -> None:
    """As for a copy in somebody else's folder: without the files that a writer keeps beside it."""
    for path in station.glob("earshot.db?*"):
        path.unlink()
    if what != "folder":
        (station / "earshot.db").chmod(0o444)
    if what != "file":
        station.chmod(0o555)


@pytest.fixture
def read_only(station: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A station whose database, its folder, or both cannot be written."""
    for folder in ("takes", "backups", "cache", "logs"):
        (station / folder).mkdir(exist_ok=True)
    lock(station, request.param)
    yield station
    station.chmod(0o755)


@pytest.mark.parametrize("read_only", ["file", "folder", "both"], indirect=True)
def test_the_window_says_that_the_database_cannot_be_written_and_does_not_open(read_only: Path):
    before = (read_only / "earshot.db").read_bytes()
    done = earshot("--home", read_only, through=BOUND, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 1
    assert "earshot.db or its folder cannot be written." in done.stderr
    assert f"Allow writing in {read_only}, or start Earshot with another" in done.stderr
    assert "Traceback" not in done.stderr
    assert (read_only / "earshot.db").read_bytes() == before


@pytest.mark.parametrize("read_only", ["file", "folder", "both"], indirect=True)
def test_a_database_that_cannot_be_written_is_exported_all_the_same(
    read_only: Path, tmp_path: Path, request: pytest.FixtureRequest
):
    before = (read_only / "earshot.db").read_bytes()
    to = tmp_path / "out"
    done = earshot("export", "--home", read_only, "--to", to, "--takes", through=BOUND)
    assert (done.returncode, done.stdout) == (0, f"{to}\n"), done.stderr
    assert len((to / "battles.jsonl").read_text().splitlines()) == 1
    shut = request.node.callspec.params["read_only"] != "file"
    assert ("Not signed: its key cannot be written" in done.stderr) == (shut and can_sign())
    assert (read_only / "earshot.db").read_bytes() == before


@pytest.mark.parametrize("read_only", ["file", "folder", "both"], indirect=True)
def test_the_doctor_reads_a_database_that_cannot_be_written_and_says_what_is_locked(
    read_only: Path, request: pytest.FixtureRequest
):
    done = earshot("doctor", "--home", read_only, through=BOUND)
    assert "1 battle started: 1 voted." in done.stdout
    locked = f"{read_only} cannot be read and written by this user." in done.stdout
    assert locked == (request.node.callspec.params["read_only"] != "file")


def test_a_name_that_is_not_text_is_printed_all_the_same(station: Path, tmp_path: Path):
    to = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    for utf8 in ("1", "0"):
        done = earshot("export", "--home", station, "--to", to, PYTHONUTF8=utf8, LC_ALL="C.UTF-8")
        assert done.returncode == 0, done.stderr
        assert "caf" in done.stdout
    assert (to / "battles.jsonl").is_file()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_json_is_json_whatever_stdout_can_hold(tmp_path: Path, encoding: str):
    lines = [battle(k, a="größe \N{GRINNING FACE}") for k in range(8)]
    folder = write_export(tmp_path / "north", lines)
    done = earshot("rank", folder, "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "größe \N{GRINNING FACE}" in {row["system"] for row in json.loads(done.stdout)["rows"]}
    told = run_into(subprocess.PIPE, "rank", folder, PYTHONIOENCODING=encoding)
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"8 votes" in told.stdout


@pytest.mark.parametrize("command", ["rank {} --json", "systems list", "--help", "rank --help"])
def test_a_reader_that_leaves_early_is_no_failure_to_talk_about(tmp_path: Path, command: str):
    folder = write_export(tmp_path / "north", [battle(k) for k in range(8)])
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = run_into(nobody, *command.format(folder).split())
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_result_that_finds_no_room_is_named(tmp_path: Path):
    folder = write_export(tmp_path / "north", [battle(k) for k in range(8)])
    with Path("/dev/full").open("wb") as full:
        done = run_into(full, "rank", folder)
    assert done.returncode == 1
    assert done.stderr.startswith(b"The result cannot be written (No space left on device).")
    assert len(done.stderr.splitlines()) == 1


def test_a_recording_whose_name_is_not_text_is_heard(tmp_path: Path):
    take = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.flac"))
    shutil.copy(PARIS, take)
    done = earshot("ask", take, "--system", "baseline-skills")
    assert (done.returncode, done.stdout) == (0, "The capital of France is Paris.\n")


def test_ask_says_that_a_recording_could_not_be_copied():
    """On a disk that takes no file larger than 8 kB."""
    words = ("main.py", *map(str, ASK))
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 8; exec "$@"', "-", sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The recording cannot be copied for the system (File too large)")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("place", ["file/new", "/proc/new"])
def test_a_place_where_no_export_can_be_made_is_named(station: Path, tmp_path: Path, place: str):
    (tmp_path / "file").write_text("mine")
    done = earshot("export", "--home", station, "--to", tmp_path / place)
    assert done.returncode == 1
    assert f"{tmp_path / place} cannot be used (" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_whose_name_is_not_text_is_refused(tmp_path: Path):
    home = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    done = earshot("--home", home, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 1
    assert "has a name that is not UTF-8" in done.stderr
    assert not Path(home).exists()


def test_a_data_folder_of_nobody_is_a_name_like_any_other(tmp_path: Path):
    to = tmp_path / "out"
    done = earshot("export", "--to", to, EARSHOT_HOME="~nobody-of-this-name/home")
    assert "~nobody-of-this-name/home/earshot.db. Nothing has been recorded" in done.stderr


def test_a_folder_that_is_gone_is_named(tmp_path: Path):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["bash", "-c", 'rmdir "$PWD"; exec "$@"', "-", sys.executable, ROOT / "main.py", "doctor"],
        cwd=gone,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The folder this was started in is gone")


def test_what_is_said_never_strays_into_the_result(tmp_path: Path):
    """With stderr closed there is nobody to say it to."""
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" 2>&-', "-", sys.executable, "main.py", "rank", tmp_path / "no"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_ctrl_c_ends_a_question_and_its_workers():
    """The workers go with it: `nothing_left_behind` looks."""
    child = subprocess.Popen(
        [sys.executable, "main.py", *map(str, ASK)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    assert child.stderr.readline().startswith("Asking")
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert (child.returncode, said) == (130, "Interrupted.\n")


def test_a_data_folder_that_is_a_file_is_not_called_a_bad_pin(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    done = earshot("systems", "list", "--home", tmp_path / "file")
    assert (done.returncode, done.stdout) == (1, "")
    assert "(Not a directory). The data folder (--home, EARSHOT_HOME) has to be" in done.stderr
    assert "delete" not in done.stderr


def test_an_interrupt_while_modules_are_imported_is_no_traceback():
    early = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT)!r})
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "desktop.cli.common":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
runpy.run_path({str(ROOT / "main.py")!r}, run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", early], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")
