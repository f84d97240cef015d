"""The address of a server, as somebody types it in the place of a system's name."""

from __future__ import annotations

from desktop.errors import UsageProblem
from engines.address import Address, read_address
from engines.errors import EngineError


def is_address(name: str) -> bool:
    """Whether it is meant as one."""
    return name.startswith(("http://", "https://"))


def require_address(name: str) -> Address:
    """What its engine will make of it. Raises UsageProblem for what that would refuse."""
    try:
        return read_address(name)
    except EngineError as error:
        raise UsageProblem(error.sentence) from error
