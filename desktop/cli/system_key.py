"""`systems key NAME`: keep an API key, or forget it. The key itself is never an argument."""

from __future__ import annotations

import getpass
import sys

from desktop.cli.common import say
from desktop.errors import EarshotError


def keep_key(name: str, *, forget: bool) -> int:
    """Ask for a key without showing it, or read it from standard input. Returns the exit code."""
    from desktop.keys.vault import require_name, system_keys, variable

    require_name(name)
    keys = system_keys()
    if forget:
        say(f"Forgot {name}." if keys.forget(name) else f"There was no key {name} to forget.")
        if keys(name) is not None:
            say(f"The variable {variable(name)} of this shell still gives one.")
        return 0
    if not keys.lasting:
        raise EarshotError(
            "This system has no keyring that Earshot trusts, so the key would end with this "
            "command.",
            f"Start Earshot from a shell in which {variable(name)} is set instead.",
        )
    keys.set(name, _typed(name))
    say(f"Kept {name} in {keys.where()}.")
    return 0


def _typed(name: str) -> str:
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"Key {name} (not shown): ")
    return "" if sys.stdin is None else sys.stdin.readline()
