"""`.ci/setup` where something is lacking: the one command to type; and once it is done, nothing.

The real script runs in a copy, and finds only the commands that the test lays out: an apt, a Python
and a pip that write down what they are asked and do nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-readers.lock")
TOOLS = ["cat", "cksum", "dirname", "env", "mktemp", "rm", "sed", "tail", "tr"]
PYTHON = """\
case "$*" in
    *"print(sys.version)"*) echo 3.11.7 ;;
    *sounddevice*) exit $(cat "$0.lacks-libraries" 2>/dev/null || echo 0) ;;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")


@dataclass(frozen=True)
class Machine:
    """A copy of what the script needs, and the commands that it finds."""

    folder: Path

    def has(self, command: str, does: str = "", at: str = "bin") -> Path:
        """A command that notes its arguments, and then `does`."""
        path = self.folder / at / command
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{command} $*" >>"{self.folder}/calls"\n{does}\n')
        path.chmod(0o755)
        return path

    def set_up(self, level: str) -> subprocess.CompletedProcess[str]:
        sh = shutil.which("sh")
        assert sh is not None
        (self.folder / "calls").unlink(missing_ok=True)
        return subprocess.run(
            [sh, ".ci/setup", level],
            cwd=self.folder,
            env={"PATH": str(self.folder / "bin"), "TMPDIR": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """Of the commands that were laid out, since the set-up was last begun."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def called(self, *words: str) -> list[str]:
        return [call for call in self.calls if all(word in call for word in words)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """With an environment that works, a person without rights, and no package manager."""
    (tmp_path / ".ci").mkdir()
    for name in (".ci/setup", *LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    machine = Machine(tmp_path)
    machine.has("id", "echo 1000")
    machine.has("uname", "echo Linux")
    machine.has("python", PYTHON, at=".venv/bin")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return machine


def lacks_libraries(machine: Machine) -> None:
    (machine.folder / ".venv" / "bin" / "python.lacks-libraries").write_text("1")


def with_apt(machine: Machine, *installed: str) -> None:
    machine.has("apt-get")
    lines = " ".join(f"'installed {package} '" for package in installed)
    machine.has("dpkg-query", f"printf '%s\\n' {lines}" if installed else "")


@pytest.mark.parametrize("sudo", [None, "exit 1"], ids=["no-sudo", "sudo-asks-for-a-password"])
def test_without_rights_the_one_command_is_the_last_line(machine: Machine, sudo: str | None):
    with_apt(machine, "libegl1", "fonts-inter")
    if sudo is not None:
        machine.has("sudo", sudo)
    done = machine.set_up("run")
    assert done.returncode == 1
    *_, said, command = done.stderr.splitlines()
    assert said == "Earshot set-up: system packages are missing. Type this, then call make again:"
    install = "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
    assert command.startswith(f"    {install}libportaudio2 ")
    assert "fonts-noto-core" in command
    assert not {"libegl1", "fonts-inter", "espeak-ng"} & set(command.split())
    assert machine.called("apt-get") == machine.called("pip install") == []


def test_without_rights_the_tests_ask_for_their_tools_too(machine: Machine):
    with_apt(machine)
    done = machine.set_up("test")
    assert done.returncode == 1
    command = done.stderr.splitlines()[-1].split()
    assert {"libportaudio2", "pulseaudio", "espeak-ng", "xvfb"} <= set(command)


def test_an_apt_that_fails_leaves_its_own_words_and_the_command(machine: Machine):
    with_apt(machine)
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo 'no such mirror'; exit 100")
    done = machine.set_up("run")
    assert done.returncode == 1
    assert "no such mirror" in done.stderr
    assert "sudo apt-get install" in done.stderr.splitlines()[-1]
    assert machine.called("pip install") == []


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "    sudo dnf install portaudio "),
        ("pacman", "    sudo pacman -S --needed portaudio "),
        ("zypper", "    sudo zypper install libportaudio2 "),
        (None, "    (your package manager): PortAudio, "),
    ],
)
def test_without_apt_the_command_of_this_system_is_the_last_line(
    machine: Machine, manager: str | None, command: str
):
    if manager is not None:
        machine.has(manager)
    lacks_libraries(machine)
    done = machine.set_up("run")
    assert done.returncode == 1
    assert "system libraries are missing." in done.stderr
    assert done.stderr.splitlines()[-1].startswith(command)
    assert manager is None or machine.called(manager) == []
    assert [*(machine.folder / ".venv").glob("ready-*")] == []


@pytest.mark.parametrize("missing", ["pulseaudio", "pactl", "espeak-ng"])
def test_without_apt_a_tool_that_the_tests_lack_is_named(machine: Machine, missing: str):
    for tool in {"pulseaudio", "pactl", "espeak-ng"} - {missing}:
        machine.has(tool)
    machine.has("dnf")
    done = machine.set_up("test")
    assert done.returncode == 1
    assert f"the tests need {missing}." in done.stderr
    assert "pulseaudio-utils" in done.stderr.splitlines()[-1]


def test_without_a_python_that_is_new_enough_a_sentence_says_so(machine: Machine):
    shutil.rmtree(machine.folder / ".venv")
    machine.has("python3", "exit 1")
    done = machine.set_up("run")
    assert done.returncode == 1
    assert "no Python 3.11 or newer was found." in done.stderr


@pytest.mark.parametrize("level", ["run", "test"])
def test_a_second_set_up_reads_its_stamp_and_calls_nobody(machine: Machine, level: str):
    for tool in ("pulseaudio", "pactl", "espeak-ng"):
        machine.has(tool)
    assert machine.set_up(level).returncode == 0
    (install,) = machine.called("pip install")
    assert "--require-hashes" in install
    done = machine.set_up(level)
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.calls == ["python -c import sys; print(sys.version)"]


def test_what_was_set_up_for_the_tests_is_enough_for_the_program(machine: Machine):
    for tool in ("pulseaudio", "pactl", "espeak-ng"):
        machine.has(tool)
    assert machine.set_up("test").returncode == 0
    assert machine.set_up("run").returncode == 0
    assert machine.called("pip") == []


def test_the_readers_of_our_export_are_made_ready_beside_the_program_and_not_in_it(
    machine: Machine,
):
    machine.has("python", "exit 1", at=".venv/bin")
    machine.has("python", PYTHON, at=".venv-readers/bin")
    assert machine.set_up("readers").returncode == 0
    (install,) = machine.called("pip install")
    assert "--require-hashes" in install
    assert "requirements-readers.lock" in install
    assert [*(machine.folder / ".venv").glob("ready-*")] == []
    done = machine.set_up("readers")
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.calls == ["python -c import sys; print(sys.version)"]


def test_the_environment_of_the_readers_is_made_with_the_python_of_the_program(machine: Machine):
    assert machine.set_up("readers").returncode != 0  # this machine's Python makes nothing
    assert machine.calls[-1] == "python -m venv --clear .venv-readers"


@pytest.mark.parametrize("changed", [".ci/setup", "requirements.lock", "python"])
def test_a_stamp_of_something_else_does_not_stand(machine: Machine, changed: str):
    assert machine.set_up("run").returncode == 0
    if changed == "python":
        machine.has("python", PYTHON.replace("3.11.7", "3.13.0"), at=".venv/bin")
    else:
        with (machine.folder / changed).open("a") as file:
            file.write("\n# changed\n")
    assert machine.set_up("run").returncode == 0
    assert len(machine.called("pip install")) == 1
