"""The processes that make an environment: one after the other, watched, ended on every path."""

from __future__ import annotations

import collections
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from engines.api import Cancelled, Progress
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.process import exited_within, in_words, kill_group, terminate_group

_POLL_S = 0.1
_ASKED_TO_END_S = 0.5
_LAST_LINES = 12

# A process that lives as long as its caller: without this, pip would work on in a folder that the
# next making deletes. <linux/prctl.h>: PR_SET_PDEATHSIG is 1.
_TIED = (
    "import ctypes, runpy, signal, sys\n"
    "if sys.platform == 'linux':\n"
    "    ctypes.CDLL(None).prctl(1, signal.SIGKILL)\n"
    "sys.argv = sys.argv[1:]\n"
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
)
# What would lead another Python to our packages, or pip to a person's own folder.
_LEFT_OUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")
_PIP = {
    "PIP_USER": "0",
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_PROGRESS_BAR": "off",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
}
_NETWORK = ("Could not find a version", "Max retries exceeded", "Temporary failure in name")
_WRONG_SUM = "DO NOT MATCH THE HASHES"


class Steps:
    """Runs the steps of one making."""

    def __init__(
        self,
        engine: str,
        part: Path,
        progress: Progress,
        cancelled: Cancelled,
        *,
        keep_fd: int | None,
    ) -> None:
        self._engine = engine
        self._part = part
        self._progress = progress
        self._cancelled = cancelled
        self._keep = () if keep_fd is None else (keep_fd,)

    def pip(self, what: str, python: str, options: Sequence[str], *, collects: int = 0) -> None:
        """Run pip of the environment; with `collects`, how many packages it will name."""
        self.run(what, [python, "-m", "pip", *options], collects=collects)

    def run(self, what: str, command: Sequence[str], *, collects: int = 0) -> None:
        """Run `command` to its end. Raises EngineError, with its last lines."""
        if self._cancelled():
            raise RequestCancelled
        self._progress(what, 0.0 if collects else None)
        last: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
        process = self._start(_tied(command))
        try:
            self._watch(process, what, collects, last)
        finally:
            _end(process)
        if process.returncode != 0:
            raise _failure(self._engine, what, process.returncode, list(last))

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT} | _PIP
        try:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=environment,
                cwd=self._part.parent,
                start_new_session=True,
                pass_fds=self._keep,
            )
        except OSError as error:
            sentence = f"The environment of {self._engine} could not be made: {error}."
            raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence) from error

    def _watch(
        self,
        process: subprocess.Popen[str],
        what: str,
        collects: int,
        last: collections.deque[str],
    ) -> None:
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(process, lines), name="making", daemon=True)
        reader.start()
        collected = 0
        while True:
            if self._cancelled():
                raise RequestCancelled
            try:
                line = lines.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if line is None:
                break
            if line.strip():
                last.append(line.rstrip())
            if collects and line.startswith("Collecting "):
                collected += 1
                self._progress(what, min(1.0, collected / collects))
        reader.join()
        process.wait()


def _tied(command: Sequence[str]) -> list[str]:
    """`python -m module …` as a process that ends with its caller; other commands are short."""
    if len(command) > 1 and command[1] == "-m":
        return [command[0], "-c", _TIED, *command[2:]]
    return list(command)


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str | None]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[str]) -> None:
    """See to it that nothing of the step lives on, however it ended."""
    if process.returncode is None:
        if sys.platform != "win32":
            terminate_group(process)  # type: ignore[arg-type]
            exited_within(process, _ASKED_TO_END_S)  # type: ignore[arg-type]
        kill_group(process)  # type: ignore[arg-type]
        process.wait()


def _failure(engine: str, what: str, code: int, last: list[str]) -> EngineError:
    told = "\n".join(last)
    kind = ErrorKind.NETWORK if any(text in told for text in _NETWORK) else ErrorKind.NEEDS_PACKAGE
    reason = f"{what!r} {in_words(code)}"
    if _WRONG_SUM in told:
        reason = "a file that was fetched is not the one that was pinned (its hash is another)"
    sentence = f"The environment of {engine} could not be made: {reason}. Its last lines:\n{told}"
    return EngineError(kind, sentence, {"last_lines": last})
