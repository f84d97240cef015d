"""The process that runs one engine: `python -m engines.worker NAME`, or this file by its path.

    streams taken away  →  the caller's child for good  →  `engines.serving` answers requests

Libraries print, and some read: before anything of them is imported, stdin and stdout are moved
to descriptors nobody else knows, stdout becomes the log (stderr) and stdin the null device.

The client starts it by path, so that it needs no particular working directory, and names the
engine's folder in the environment, so that neither the title nor the arguments of the process
tell a participant who answers. NAME is for people at a terminal.

Never on Windows so far: streams, import path and serving are portable, and what is not stands
behind `sys.platform`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER_VARIABLE = "EARSHOT_ENGINE_FOLDER"
NETWORK_VARIABLE = "EARSHOT_NETWORK"
"""“none” in the environment of a worker that must not reach any network."""
PROCESS_TITLE = b"earshot-worker"  # the kernel keeps 15 bytes

_ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Serve one engine until the caller says `shutdown` or is gone. Ends the process."""
    in_fd, out_fd = _take_streams()
    _put_our_folder_first()
    if os.environ.get(NETWORK_VARIABLE) == "none":
        from engines.isolation import leave_network

        leave_network()  # the client looks for itself whether that worked
    _belong_to_the_caller()
    # Imported here and not above: an import that prints would have printed into the protocol.
    from engines.channel import open_channel
    from engines.serving import Server

    Server(_engine_folder(), open_channel(in_fd, out_fd)).run()
    sys.stderr.flush()
    # Not `sys.exit`: model libraries leave threads and take seconds to unwind.
    os._exit(0)


def _take_streams() -> tuple[int, int]:
    in_fd, out_fd = os.dup(0), os.dup(1)  # not inheritable: an engine's children do not hold them
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return in_fd, out_fd


def _put_our_folder_first() -> None:
    """Started by path, Python puts `engines/` itself first: `errors` would be one of ours."""
    if not sys.flags.safe_path:
        del sys.path[0]
    sys.path.insert(0, str(_ROOT))


def _belong_to_the_caller() -> None:
    import faulthandler

    faulthandler.enable()  # an abort in C leaves its Python lines in the log
    if sys.platform != "win32":
        import resource

        # A core file would hold the recording and the model's memory, gigabytes of it.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes
        import signal

        # <linux/prctl.h>. The end of stdin says the same, but only to a thread that gets to run.
        pr_set_pdeathsig, pr_set_name = 1, 15
        libc = ctypes.CDLL(None)
        libc.prctl(pr_set_pdeathsig, signal.SIGKILL)
        libc.prctl(pr_set_name, PROCESS_TITLE)


def _engine_folder() -> Path:
    if len(sys.argv) > 1:
        return _ROOT / "engines" / sys.argv[1]
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        sys.exit("usage: python -m engines.worker NAME")
    return Path(folder)


if __name__ == "__main__":
    main()
