"""Keep a worker off the network: a network namespace of its own, where Linux lets us make one.

    leave_network()         in the worker, before any library is imported
    network_of(pid)         by the client, which looks for itself
    python isolation.py COMMAND...   for programs that are not ours: leave it, become the program

Root may make the namespace; others get one inside a user namespace, which some distributions forbid
(user_namespaces(7), network_namespaces(7)). Where neither works, and on other systems, nothing is
enforced, and doctor and the store say so.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # <linux/sched.h>


class Network(StrEnum):
    """What a worker can reach."""

    NONE = "none"  # a namespace without any interface that is up
    OPEN = "open"  # its manifest says that it needs the network
    NOT_ENFORCED = "not enforced"  # it should have none, and this system does not let us see to it


def leave_network() -> bool:
    """Have no network from now on. False where that is not possible; then nothing changed.

    Call it while the process has one thread.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # The same numbers inside as outside, else libraries that ask who they are find nobody.
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        # Where it is refused, only the name is lost: files still know who asks.
        with suppress(OSError):
            Path("/proc/self", file).write_text(text, "ascii")
    return True


def network_of(pid: int, *, needs_it: bool) -> Network:
    """What the process `pid` can reach, as the kernel says."""
    if needs_it:
        return Network.OPEN
    try:
        ours, its = (Path(f"/proc/{who}/ns/net").readlink() for who in ("self", pid))
    except OSError:
        return Network.NOT_ENFORCED
    return Network.NOT_ENFORCED if ours == its else Network.NONE


def main() -> None:
    """Become another program, without a network where that is possible."""
    leave_network()
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
