"""Environments of engines' own, made by the real pip of a wheel that the test wrote."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import wire
from engines.api import Prompt
from engines.client import WorkerProcess
from engines.environment_maker import make, plan, remove
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.own_environment import Pin
from engines.registry import EngineInfo, find_engines, read_manifest
from tests.helpers.own_environments import only_from, write_engine, write_wheel
from tests.helpers.processes import becomes, children

ROOT = Path(__file__).parents[2]
LIMIT_S = 60.0


@pytest.fixture
def environments(tmp_path: Path) -> Path:
    return tmp_path / "environments"


@pytest.fixture
def info(tmp_path: Path, environments: Path, monkeypatch: pytest.MonkeyPatch) -> EngineInfo:
    """An engine whose one package lies in a folder; pip looks nowhere else."""
    digest = write_wheel(tmp_path / "wheels")
    only_from(tmp_path / "wheels", monkeypatch)
    return write_engine(tmp_path / "engines", digest, environments)


def silent(*_: object) -> None: ...


def served(info: EngineInfo) -> tuple[wire.Initialized, str]:
    """What its worker says of itself, and what it answers."""
    with WorkerProcess(info) as worker:
        initialized = worker.start(LIMIT_S)
        worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
        call = worker.call("respond", wire.write_prompt(Prompt(text="x")), timeout_s=LIMIT_S)
        return initialized, str(call.result(LIMIT_S)["text"])


def test_a_place_that_cannot_be_written_is_a_sentence(info: EngineInfo, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    planned = plan(info, tmp_path / "file" / "environments")
    with pytest.raises(EngineError, match=r"environments cannot be written \(Not a directory\)"):
        make(planned, silent)


def test_an_environment_is_planned_made_used_and_removed(
    info: EngineInfo, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert info.missing() == ("environment",)
    planned = plan(info, environments)
    assert planned.pins == (Pin("tiny-thing", "1.0"),)
    assert planned.download_mb == (1, 1)
    assert planned.place.parent == environments
    assert not planned.is_made()

    told: list[tuple[str, float | None]] = []
    made = make(planned, lambda what, share: told.append((what, share)))
    assert [what for what, _ in told if "pinned" in what]
    assert told[-1][0] == "looking whether all is there"
    assert made == planned.place
    assert [p.name for p in environments.iterdir() if p.is_dir()] == [made.name]

    # The same worker file, with another interpreter and other packages, and no network.
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert info.is_installed()
    initialized, answer = served(info)
    assert answer == f"hello in {made}"
    assert initialized.packages["tiny-thing"] == "1.0"
    # A second making finds it there and asks nobody.
    monkeypatch.setenv("PATH", "")
    again = dataclasses.replace(plan(info, environments), python=Path("/no/python"))
    assert make(again, silent) == made

    assert remove(info.name, environments) == [made]
    assert info.missing() == ("environment",)


@pytest.mark.local  # a real environment takes its time
def test_a_file_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, info: EngineInfo, environments: Path
) -> None:
    write_wheel(tmp_path / "wheels", word="something else")
    with pytest.raises(EngineError, match="is not the one that was pinned") as caught:
        make(plan(info, environments), silent)
    assert caught.value.kind is ErrorKind.NEEDS_PACKAGE
    assert caught.value.data["last_lines"]
    assert info.missing() == ("environment",)


@pytest.mark.full
def test_a_lock_without_hashes_is_refused(info: EngineInfo, environments: Path) -> None:
    assert info.own is not None
    info.own.lock.write_text("tiny-thing==1.0\n")
    with pytest.raises(EngineError, match="require-hashes"):
        make(plan(info, environments), silent)
    assert not plan(info, environments).is_made()


@pytest.mark.full
def test_what_cannot_be_fetched_is_told(
    tmp_path: Path, info: EngineInfo, environments: Path
) -> None:
    (tmp_path / "wheels" / "tiny_thing-1.0-py3-none-any.whl").unlink()
    with pytest.raises(EngineError, match=r"tiny-thing==1\.0") as caught:
        make(plan(info, environments), silent)
    assert caught.value.kind is ErrorKind.NETWORK


_MAKE = """
import sys
from pathlib import Path
from engines.environment_maker import make, plan
from engines.registry import read_manifest
environments = Path(sys.argv[2])
make(plan(read_manifest(Path(sys.argv[1]), environments), environments), lambda *_: None)
"""


@pytest.mark.local  # a real environment takes its time
def test_one_that_was_killed_in_the_middle_is_begun_anew(
    info: EngineInfo, environments: Path
) -> None:
    manifest = str(info.folder / "engine.toml")
    killed = subprocess.Popen(
        [sys.executable, "-c", _MAKE, manifest, str(environments)], cwd=ROOT, text=True
    )
    planned = plan(info, environments)
    part = planned.place.with_name(f"{planned.place.name}.part")
    assert becomes((part / "pyvenv.cfg").exists, LIMIT_S)
    at_work = children(killed.pid)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert at_work
    assert becomes(lambda: not any(Path(f"/proc/{pid}").exists() for pid in at_work))
    assert info.missing() == ("environment",)
    (part / "left by the first").write_text("")

    made = make(plan(info, environments), silent)
    assert not part.exists()
    assert not (made / "left by the first").exists()
    assert served(info)[1] == f"hello in {made}"


def test_a_cancelled_making_ends_at_once_with_all_it_started(
    info: EngineInfo, environments: Path
) -> None:
    planned = plan(info, environments)
    part = planned.place.with_name(f"{planned.place.name}.part")
    with pytest.raises(RequestCancelled):
        make(planned, silent, cancelled=(part / "pyvenv.cfg").exists)
    assert children(os.getpid()) == set()
    assert list(part.glob("bin/pip*")) == []  # in the middle of a step, not at its end
    assert not planned.is_made()


def test_two_at_once_are_refused(info: EngineInfo, environments: Path) -> None:
    planned = plan(info, environments)
    environments.mkdir()
    with planned.place.with_suffix(".making").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(EngineError, match="is being made already"):
            make(planned, silent)


def test_too_little_room_is_told_before_anything_is_fetched(
    info: EngineInfo, environments: Path
) -> None:
    planned = dataclasses.replace(plan(info, environments), free_mb=1)
    with pytest.raises(EngineError, match="1 MB are free"):
        make(planned, silent)
    assert not environments.exists()


def test_a_python_that_is_not_there_is_named(
    tmp_path: Path, environments: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    info = write_engine(tmp_path / "engines", "0" * 64, environments, more='own_python = "3.2"')
    with pytest.raises(EngineError, match=r"needs Python 3\.2, and there is none") as caught:
        plan(info, environments)
    assert caught.value.kind is ErrorKind.NEEDS_PACKAGE


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("#!/bin/sh\necho 3.99\n", "is Python 3.99"),
        ("#!/bin/sh\nexit 3\n", "no Python that starts"),
    ],
)
def test_a_python_of_another_version_is_refused(
    tmp_path: Path, info: EngineInfo, environments: Path, program: str, reason: str
) -> None:
    python = tmp_path / "python"
    python.write_text(program)
    python.chmod(0o755)
    with pytest.raises(EngineError, match=reason):
        plan(info, environments, python)


def test_an_engine_of_our_own_environment_has_none_to_make(environments: Path) -> None:
    with pytest.raises(EngineError, match="Earshot's own environment"):
        plan(find_engines()["echo"], environments)


def test_another_lock_is_another_environment(info: EngineInfo, environments: Path) -> None:
    assert info.own is not None
    first = plan(info, environments).place
    others = {
        dataclasses.replace(info.own, torch=("torch==2.13.0",)).key(),
        dataclasses.replace(info.own, python="3.12").key(),
    }
    with info.own.lock.open("a") as lock:
        lock.write("other-thing==2.0 ; sys_platform == 'win32' \\\n")
    second = read_manifest(info.folder / "engine.toml", environments)
    assert second.own is not None
    assert second.own.pins()[-1] == Pin("other-thing", "2.0", "sys_platform == 'win32'")
    keys = {first.name.rpartition("-")[2], second.own.key(), *others}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('command = ["x"]', "exclude each other"),
        ('own_python = "3"', "must be like"),
        ("own_torch = 3", "'own_torch' must be"),
    ],
)
def test_a_broken_manifest_says_why(tmp_path: Path, more: str, reason: str) -> None:
    home = tmp_path / "lonely"
    home.mkdir()
    (home / "engine.py").write_text("")
    (home / "requirements.lock").write_text("")
    (home / "engine.toml").write_text(
        'name = "lonely"\nroles = ["lam"]\nsummary = "x"\ninstall = "x"\n'
        f'own_environment = "requirements.lock"\n{more}\n'
    )
    assert reason in read_manifest(home / "engine.toml").problem


def test_removing_takes_all_of_an_engine_and_nothing_of_another(environments: Path) -> None:
    names = ["lonely-0123456789ab", "lonely-ba9876543210.part", "lonely-too-0123456789ab"]
    for name in names:
        (environments / name / "bin").mkdir(parents=True)
    assert [p.name for p in remove("lonely", environments)] == names[:2]
    assert [p.name for p in environments.iterdir() if p.is_dir()] == names[2:]


def test_serving_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    """So that one worker file runs in every environment."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    bare.chmod(0o755)
    info = dataclasses.replace(find_engines()["echo"], python=bare)
    assert served(info)[1] == "You said: x"


@pytest.fixture(autouse=True)
def no_thread_of_a_making() -> Iterator[None]:
    yield
    assert not [t for t in threading.enumerate() if t.name == "making"]
