"""A real X server without a screen, and the hands at its keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

TOOLS = ("Xvfb", "xdotool")


class XServer:
    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def hands(self, *what: str) -> str:
        """Act through the server's own keyboard (XTEST), or ask it; what it said."""
        done = subprocess.run(
            ["xdotool", *what],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return done.stdout


@contextmanager
def x_server(width: int, height: int) -> Iterator[XServer]:
    """Skips the test where there is no X server to be had: it belongs to Linux."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not installed")
    reads, writes = os.pipe()
    screen = f"{width}x{height}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=[writes],
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            number = told.readline().strip()  # once it takes connections; nothing if it ended
        assert number, "the X server did not start"
        yield XServer(f":{number}")
    finally:
        server.terminate()
        server.wait()
