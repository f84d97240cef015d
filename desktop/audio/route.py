"""Which source a recording is really connected to, on PulseAudio and PipeWire.

When a microphone goes away, these servers move its recordings to another source and tell nobody:
the stream stays active and delivers another room. PortAudio cannot see it; the server's own list
can. Everything here runs `pactl` and therefore belongs in a helper thread.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

PACTL_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """One connection between this process and a source."""

    stream: int
    """The server's number of the connection (source output)."""
    source: str
    source_index: int
    """Changes when a device is unplugged and plugged in again, which its name does not."""
    rate_hz: int
    """The rate at which the source itself runs; 0 when unknown."""

    @property
    def text(self) -> str:
        return f"{self.source} #{self.source_index}"


def find_route(stream: int | None = None) -> Route | None:
    """This process's newest connection, or the one numbered `stream`.

    None when there is no such connection, no `pactl`, or no answer in time.
    """
    connections = _pactl("source-outputs")
    own = [
        connection
        for connection in connections
        if connection.get("properties", {}).get("application.process.id") == str(os.getpid())
        and stream in (None, connection.get("index"))
    ]
    if not own:
        return None
    newest = max(own, key=lambda connection: int(connection["index"]))
    source = next((s for s in _pactl("sources") if s.get("index") == newest.get("source")), None)
    if source is None:
        return None
    return Route(
        stream=int(newest["index"]),
        source=str(source.get("name", "")),
        source_index=int(source["index"]),
        rate_hz=_rate_hz(str(source.get("sample_specification", ""))),
    )


def _pactl(what: str) -> list[dict[str, Any]]:
    program = shutil.which("pactl")
    if program is None:
        return []
    try:
        answer = subprocess.run(
            [program, "--format=json", "list", what],
            capture_output=True,
            timeout=PACTL_TIMEOUT_S,
            check=True,
            # pactl 16 writes decimal commas into its JSON where the locale has them.
            env={**os.environ, "LC_ALL": "C"},
        )
        listed = json.loads(answer.stdout.decode("utf-8", "replace"))
    except (OSError, subprocess.SubprocessError, ValueError):
        # No server, an old pactl without JSON, or a hanging one: then nobody can tell.
        return []
    return [entry for entry in listed if isinstance(entry, dict)]


def _rate_hz(specification: str) -> int:
    """From a sample specification such as `s16le 1ch 48000Hz`."""
    last = specification.rpartition(" ")[2].removesuffix("Hz")
    return int(last) if last.isdigit() else 0
