"""Every limit a worker and its client hold each other to, in one place.

The page `docs/worker-protocol.md` prints `table()`.
"""

from __future__ import annotations

LINE_LIMIT_BYTES = 8 * 1024 * 1024
"""One message, without its line end."""
FLOOD_LIMIT_BYTES = 32 * 1024 * 1024
"""Everything a worker writes between two requests: some 350,000 tokens."""
OUTBOX_LIMIT_LINES = 64
"""Written for a worker and not read by it; then nothing is told it that it could do without."""
START_LIMIT_S = 10.0
"""From starting the process to the answer of `initialize`."""
PROBE_LIMIT_S = 10.0
OPEN_LIMIT_S = 5.0
LOAD_LIMIT_S = 600.0
"""Large weights on a slow disk."""
FETCH_LIMIT_S = 24 * 3600.0
"""One `fetch`: gigabytes on a slow line. It can be gone on with."""
CANCEL_LIMIT_S = 1.0
"""From `cancel` to the end of what was cancelled; then the worker is ended."""
SHUTDOWN_LIMIT_S = 2.0
"""From `shutdown`, or from the end of its input, to the end of the process."""
TERMINATE_LIMIT_S = 0.5
"""From asking the process group to end (SIGTERM) to killing it."""
KILL_LIMIT_S = 2.0
"""How long a killed process may take to be gone: only the kernel can hold it."""
LOG_LIMIT_BYTES = 1024 * 1024
"""Of one worker's log file; then it becomes `.1` and a new one is begun."""
LOG_LINE_LIMIT = 2000
"""Characters of one line of a log; the rest of the line is left out."""
LOG_LAST_LINES = 50
"""Lines kept at hand for the researcher."""

_NAMED = {
    "LINE_LIMIT_BYTES": "one message, without its line end",
    "FLOOD_LIMIT_BYTES": "everything a worker writes between two requests",
    "START_LIMIT_S": "from starting the process to the answer of `initialize`",
    "PROBE_LIMIT_S": "`probe`",
    "OPEN_LIMIT_S": "`open`",
    "LOAD_LIMIT_S": "`load` and `unload`",
    "FETCH_LIMIT_S": "`fetch`, which can be gone on with",
    "CANCEL_LIMIT_S": "from `cancel` to the end of what was cancelled",
    "SHUTDOWN_LIMIT_S": "from `shutdown` or the end of input to the end of the process",
    "TERMINATE_LIMIT_S": "from SIGTERM to the process group to SIGKILL",
}


def table() -> str:
    """The limits an engine's author must know, as a Markdown table."""
    rows = ["| limit | value | holds for |", "|---|---|---|"]
    for name, holds_for in _NAMED.items():
        rows.append(f"| `{name}` | {_in_words(name, globals()[name])} | {holds_for} |")
    return "\n".join(rows) + "\n"


def _in_words(name: str, value: float) -> str:
    return f"{value / 2**20:g} MiB" if name.endswith("_BYTES") else f"{value:g} s"
