"""The disk is full, or the program is killed, while somebody speaks (F1, F4)."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.helpers.pulse import PulseServer

ROOT = Path(__file__).parents[3]
CHILD = [sys.executable, "-m", "tests.helpers.record_child"]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(pulse: PulseServer) -> Iterator[Start]:
    """Start a program that talks to the test's microphone."""
    started: list[subprocess.Popen[str]] = []

    def start_program(*command: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **pulse.environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program

    yield start_program
    for program in started:
        program.kill()
        program.wait()
        if program.stdout is not None:
            program.stdout.close()


def said(program: subprocess.Popen[str]) -> list[list[Any]]:
    """Everything the program says until it ends."""
    lines = program.communicate(timeout=60)[0].splitlines()
    return [json.loads(line) for line in lines]


def first(lines: list[list[Any]], what: str) -> list[Any]:
    return next(line for line in lines if line[0] == what)


def check_full_disk(lines: list[list[Any]], part: Path, space: int) -> None:
    kind, sentence, advice = first(lines, "fault")[1:]
    assert kind == "disk_full"
    assert "disk is full" in sentence
    assert "seconds were kept" in sentence
    assert advice.startswith("Free at least 7 MB")
    frames = first(lines, "capture")[1]
    with wave.open(str(part)) as file:
        assert file.getnframes() == frames
        assert len(file.readframes(frames)) == 2 * frames
    # One look of the writer after a stall of the machine is what may be missing at the end.
    assert space - 48_000 <= 2 * frames <= space
    assert soundfile.info(part).frames == frames


@pytest.mark.parametrize("space", [60_000, pytest.param(250_000, marks=pytest.mark.full)])
def test_a_file_that_may_not_grow_keeps_the_beginning(
    start: Start, tmp_path: Path, space: int
) -> None:
    part = tmp_path / "take.part"
    lines = said(start(*CHILD, str(part), "30", str(space)))
    check_full_disk(lines, part, space)


def test_a_full_disk_keeps_the_beginning(start: Start, tmp_path: Path) -> None:
    space = 37 * 4096  # whole pages, which is what tmpfs gives
    folder = tmp_path / "small"
    folder.mkdir()
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-rm"]
    mount = ["mount", "-t", "tmpfs", "-o", f"size={space}", "tmpfs", str(folder)]
    if subprocess.run([*unshare, *mount], capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here; the test above limits the file instead")
    part, kept = folder / "take.part", tmp_path / "kept.wav"
    script = '"$@" && cp "$PART" "$KEPT"'
    mounted = ["env", f"PART={part}", f"KEPT={kept}", "sh", "-ec", f"{' '.join(mount)}; {script}"]
    lines = said(start(*unshare, *mounted, "sh", *CHILD, str(part), "30"))
    check_full_disk(lines, kept, space)


def test_no_room_at_all_is_told_and_leaves_no_file(start: Start, tmp_path: Path) -> None:
    part = tmp_path / "take.part"
    lines = said(start(*CHILD, str(part), "30", "20"))
    assert "Nothing was kept" in first(lines, "fault")[2]
    assert first(lines, "failed")
    assert not part.exists()


def test_a_folder_that_is_not_there_is_told(start: Start, tmp_path: Path) -> None:
    lines = said(start(*CHILD, str(tmp_path / "nowhere" / "take.part"), "30"))
    kind, sentence, _ = first(lines, "fault")[1:]
    assert kind == "cannot_write"
    assert "No such file or directory" in sentence


@pytest.mark.parametrize(
    "attempt", [*range(4), *(pytest.param(n, marks=pytest.mark.full) for n in range(4, 50))]
)
def test_killed_while_recording_no_written_frame_is_lost(
    start: Start, tmp_path: Path, attempt: int
) -> None:
    part = tmp_path / "take.part"
    program = start(*CHILD, str(part), "30")
    assert program.stdout is not None
    assert json.loads(program.stdout.readline()) == ["opened"]
    enough = random.Random(attempt).randint(2_400, 60_000)
    written = 0
    while written < enough:
        written = json.loads(program.stdout.readline())[1]
    program.kill()
    for line in program.communicate()[0].splitlines():  # said before it died
        written = json.loads(line)[1]

    with wave.open(str(part)) as file:
        assert file.getframerate() == 48_000
        assert file.getnframes() >= written
    assert soundfile.info(part).frames >= written
