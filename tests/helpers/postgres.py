"""A real PostgreSQL, started by a test: on loopback, in a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    password: str
    user: str = "earshot"
    database: str = "postgres"


def programs() -> Path | None:
    """The folder of initdb and postgres, newest first; Debian keeps it out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).parent] if on_path else []
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def running(bin_folder: Path) -> Iterator[Server]:
    """It refuses root: as root it runs as the user that its package made."""
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="earshot-postgres-") as place:
        folder, secret = Path(place), secrets.token_hex(16)
        (folder / "password").write_text(secret)
        if user:
            owner = pwd.getpwnam(user)
            for path in (folder, folder / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        server = Server(_free_port(), secret)
        subprocess.run(
            [
                *(bin_folder / "initdb", "-D", folder / "data", "-U", server.user, "--no-sync"),
                *("--locale=C", "--encoding=UTF8", "--auth=scram-sha-256"),
                f"--pwfile={folder / 'password'}",
            ],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(bin_folder / "postgres", "-D", folder / "data", "-p", str(server.port)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                    *("-c", "fsync=off"),
                ],
                stdout=log,
                stderr=log,
                user=user,
                cwd=folder,
            )
            try:
                _wait_until_it_answers(process, server.port, folder / "log")
                yield server
            finally:
                process.send_signal(signal.SIGINT)  # ends its sessions, and then itself
                process.wait(START_S)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_S
    while "ready to accept connections" not in log.read_text("utf-8", "replace"):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        assert time.monotonic() < end, f"PostgreSQL on {port} did not start"
        time.sleep(0.05)
