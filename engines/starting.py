"""Start the process of an engine: command, environment, and no network unless it needs one."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from engines import isolation
from engines.environment import worker_environment
from engines.isolation import Network
from engines.process import spawn
from engines.registry import EngineInfo
from engines.worker import FOLDER_VARIABLE, NETWORK_VARIABLE

_WORKER = Path(__file__).with_name("worker.py")


def start_process(info: EngineInfo, extra_env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the worker that the manifest names. Raises OSError."""
    ours = {FOLDER_VARIABLE: str(info.folder)}
    command = info.command or (str(info.python), str(_WORKER))
    if not info.network:
        ours[NETWORK_VARIABLE] = str(Network.NONE)
        if info.command:  # not our worker, which sees to it itself
            command = _without_network(command)
    environment = worker_environment(os.environ, keep=info.environment, extra={**ours, **extra_env})
    return spawn(command, environment=environment, folder=info.folder)


def _without_network(command: Sequence[str]) -> tuple[str, ...]:
    """The same program, started by one that leaves the network first. Raises OSError."""
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    # Safe path: the folder of `isolation.py` is no place to import from.
    return (sys.executable, "-P", isolation.__file__, program, *command[1:])
