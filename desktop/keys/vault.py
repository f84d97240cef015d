"""API keys: kept by the operating system, or in memory for the sitting where it keeps none.

    remembered in memory  →  keyring of the system  →  variable NAME_API_KEY of the shell

The first of these that has a key of a name gives it. Nothing here writes a file, and no key is in a
database, a log or a command line. The road from here into a worker is `engines.keys`.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from desktop.errors import EarshotError, UsageProblem
from engines.keys import SHORTEST

SERVICE = "Earshot"
LONGEST = 4096

# Of the package `keyring`: those that leave a secret with the operating system. All others write
# files, keep nothing, or fail.
_TRUSTED = {
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_log = logging.getLogger("earshot.keys")


class Vault(Protocol):
    """What a backend of the package `keyring` offers. Raises its `KeyringError`."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class Keys:
    """Keys by name. Any thread may ask; asking may take a while where the keyring is locked."""

    def __init__(self, vault: Vault | None, environment: Mapping[str, str] = os.environ) -> None:
        self._vault = vault
        self._environment = environment
        self._lock = threading.Lock()
        self._remembered: dict[str, str] = {}

    @property
    def lasting(self) -> bool:
        """Whether a key that is set now is there after Earshot has ended."""
        return self._vault is not None

    def where(self) -> str:
        """Where a key that is set now is kept."""
        return "the keyring of the system" if self.lasting else "memory, until Earshot ends"

    def __call__(self, name: str) -> str | None:
        """The key of that name, or None."""
        if not _NAME.fullmatch(name):
            return None
        with self._lock:
            remembered = self._remembered.get(name)
        key = remembered or self._in_vault(name) or self._environment.get(variable(name))
        return key.strip() if key else None

    def kept(self, name: str) -> bool:
        """Whether a key of that name is kept here, and could be forgotten."""
        with self._lock:
            remembered = name in self._remembered
        return remembered or bool(_NAME.fullmatch(name) and self._in_vault(name))

    def set(self, name: str, key: str) -> None:
        """Keep a key. Raises UsageProblem for what is none, EarshotError when it cannot be kept."""
        require_name(name)
        key = key.strip()
        if not SHORTEST <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
            raise UsageProblem(
                f"That is no key: a key has at least {SHORTEST} visible characters, all ASCII."
            )
        if " " in key:
            raise UsageProblem("That is no key: there is a space in it.")
        if self._vault is None:
            with self._lock:
                self._remembered[name] = key
            return
        try:
            self._vault.set_password(SERVICE, name, key)
        except _keyring_errors() as error:
            raise EarshotError(
                f"The keyring of the system did not take the key ({type(error).__name__}).",
                "Unlock it and try again.",
            ) from None  # what it says may hold what it was given

    def forget(self, name: str) -> bool:
        """Whether there was a key to forget. A variable of the shell is not ours to forget."""
        require_name(name)
        with self._lock:
            found = self._remembered.pop(name, None) is not None
        if self._vault is None or self._in_vault(name) is None:
            return found
        try:
            self._vault.delete_password(SERVICE, name)
        except _keyring_errors() as error:
            raise EarshotError(
                f"The keyring of the system did not give the key up ({type(error).__name__}).",
                "Unlock it and try again.",
            ) from None
        return True

    def _in_vault(self, name: str) -> str | None:
        if self._vault is None:
            return None
        try:
            return self._vault.get_password(SERVICE, name)
        except _keyring_errors() as error:  # locked, or its service is gone
            _log.warning("The keyring of the system cannot be read: %s", type(error).__name__)
            return None


def variable(name: str) -> str:
    """The variable of the shell that gives a key, too: `openai` → `OPENAI_API_KEY`."""
    return f"{name.upper().replace('-', '_')}_API_KEY"


def require_name(name: str) -> None:
    """Raises UsageProblem for what cannot be the name of a key."""
    if not _NAME.fullmatch(name):
        raise UsageProblem(
            "The name of a key has small letters, digits, - and _ only.", "For example: openai"
        )


def system_keys() -> Keys:
    """The keys of this station."""
    return Keys(system_vault())


def station_keys() -> Keys:
    """Those of the running program, the same in every thread: some are only in their memory.

    The keyring is looked for when they are asked for first. Its libraries are 18 MB, which a
    window without such systems need not hold.
    """
    with _first:
        return _made_once()


_first = threading.Lock()
_made_once = cache(system_keys)


def key_of_station(name: str) -> str | None:
    """The key of that name, or None."""
    return station_keys()(name)


def system_vault() -> Vault | None:
    """The keyring of this system, if it has one that Earshot trusts and that can be used."""
    try:
        import keyring
    except ImportError:  # an environment without the `api` extra
        return None
    try:
        chosen: Any = keyring.get_keyring()
    except (ImportError, AttributeError, ValueError, RuntimeError, TypeError) as error:
        # somebody's configuration names what is not there
        _log.warning("There is no keyring: %s", type(error).__name__)
        return None
    for backend in getattr(chosen, "backends", [chosen]):  # several in a chain
        if is_trusted(backend):
            vault: Vault = backend
            return vault
    return None


def is_trusted(backend: object) -> bool:
    """Whether a backend leaves a secret with the operating system, and nowhere else."""
    return type(backend).__module__ in _TRUSTED


def _keyring_errors() -> tuple[type[Exception], ...]:
    try:
        from keyring.errors import KeyringError
    except ImportError:
        return (OSError,)
    return (KeyringError, OSError)
