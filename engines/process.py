"""A child in a process group of its own, and the end of that group.

On POSIX the child leads a new session, so that one signal reaches it and all it started. A dead
leader is left unreaped until its group was killed: as long as it is a zombie, its number cannot
become somebody else's group. What an engine's child starts in a session of yet another own
escapes; nothing short of a container would hold it.

On Windows a new process group is made, ended with Ctrl-Break, then with `taskkill /T`. That
branch has never run: this project has no Windows machine. On macOS `os.waitid` came with Python
3.13; before, the leader is reaped first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_POLL_S = 0.002


def spawn(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Start `command` with three pipes in a group of its own. Raises OSError.

    On Linux a worker dies with the *thread* that started it (PR_SET_PDEATHSIG), so that thread
    must be the one that ends it.
    """
    group: dict[str, int | bool] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=dict(environment),
        cwd=folder,
        **group,
    )


def exited_within(process: subprocess.Popen[bytes], limit_s: float) -> bool:
    """Wait for the leader's end, at most `limit_s`, without reaping it where that is possible."""
    until = time.monotonic() + limit_s
    while not _has_exited(process):
        if time.monotonic() >= until:
            return False
        time.sleep(_POLL_S)
    return True


def _has_exited(process: subprocess.Popen[bytes]) -> bool:
    if process.returncode is not None:
        return True
    if sys.platform != "win32" and hasattr(os, "waitid"):
        try:
            seen = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # reaped by the system: somebody ignores SIGCHLD
            return True
        return seen is not None
    return process.poll() is not None


def terminate_group(process: subprocess.Popen[bytes]) -> None:
    """Ask every process of the group to end. Does nothing when there is none."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            process.send_signal(signal.CTRL_BREAK_EVENT)
    else:
        _signal_group(process, signal.SIGTERM)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill every process of the group. Does nothing when there is none."""
    if sys.platform == "win32":
        command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)
    else:
        _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    if sys.platform != "win32":
        # Gone already; or, on macOS, only zombies left in it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def in_words(returncode: int | None) -> str:
    """How a process ended, for a sentence: "ended with exit code 3", "was ended by SIGABRT"."""
    if returncode is None:
        return "did not end"
    if returncode >= 0:
        return f"ended with exit code {returncode}"
    try:
        return f"was ended by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was ended by signal {-returncode}"
