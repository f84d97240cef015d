"""The systems that a command names, and what its flags say of them."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.catalogue.server_address import is_address, require_address
from desktop.errors import UsageProblem
from desktop.naming.quick import Wishes, system_named
from desktop.paths import Home

_FOR = {
    "--model": "It is for the address of a server.",
    "--key": "It is for the address of a server.",
    "--hears": "It is for the path or address of a model that reads text.",
    "--allow-pickle": "It is for the path of a checkpoint with that file.",
}


def systems_named(names: Iterable[str], home: Home, wishes: Wishes) -> list[Entry]:
    """Each of them, in turn.

    Raises as `system_named`, and UsageProblem for a wish that none of them has a use for, which
    would be taken and do nothing, and for a key that would go to two servers.
    """
    names = list(names)
    if wishes.key:
        _refuse_two_servers(names)
    pairs = [(name, system_named(name, home, wishes)) for name in names]
    known = read_catalogue(home)
    made = [(name, entry) for name, entry in pairs if name not in known]
    ears = known[wishes.hears].system.recogniser if wishes.hears else None
    asks_server = any(is_address(name) for name, _ in made)
    used = {
        "--model": not wishes.model or asks_server,
        "--key": not wishes.key or asks_server,
        "--hears": not wishes.hears or any(e.system.recogniser == ears for _, e in made),
        "--allow-pickle": not wishes.allow_pickle
        or any("allow_pickle" in part.model for _, entry in made for part in entry.parts),
    }
    for flag, is_used in used.items():
        if not is_used:
            whom = " or ".join(dict.fromkeys(name for name, _ in pairs))
            raise UsageProblem(f"{flag} says nothing of {whom}: leave it out.", _FOR[flag])
    return [entry for _, entry in pairs]


def _refuse_two_servers(names: Iterable[str]) -> None:
    """Before either is asked: a provider's key is not for a laboratory's machine."""
    origins = {require_address(name).origin for name in names if is_address(name)}
    if len(origins) > 1:
        raise UsageProblem(
            f"--key names one key, and these are two servers: {' and '.join(sorted(origins))}.",
            "It would be sent to both. Give each its own with "
            "`python main.py systems add ADDRESS --model NAME --key NAME`, then name them by id.",
        )
