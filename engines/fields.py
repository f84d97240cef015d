"""Typed access to a JSON object that another process wrote, perhaps a program that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from engines.messages import MessageError

E = TypeVar("E", bound=StrEnum)


class FieldError(MessageError):
    """A well-formed message whose members are not what its method says."""


class Fields:
    """Typed access to the members of one JSON object."""

    def __init__(self, wire: object, what: str) -> None:
        if not isinstance(wire, Mapping):
            raise FieldError(f"{what} must be an object")
        self._wire = wire
        self._what = what

    def text(self, name: str, default: str | None = None) -> str:
        value = self._wire.get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._wire.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self._wire.get(name, default)
        # An integer of hundreds of digits is JSON but no float.
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
            raise self._wrong(name, "a number")
        return float(value)

    def integer(self, name: str, default: int | None = None) -> int:
        value = self._wire.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "an integer")
        return value

    def optional_count(self, name: str) -> int | None:
        return None if self._wire.get(name) is None else self.integer(name)

    def optional_number(self, name: str) -> float | None:
        return None if self._wire.get(name) is None else self.number(name)

    def one_of(self, name: str, choices: type[E], default: E | None = None) -> E:
        value = self.text(name, default)
        if value not in set(choices):
            raise self._wrong(name, "one of " + ", ".join(choices))
        return choices(value)

    def items(self, name: str) -> list[Any]:
        value = self._wire.get(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.items(name)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name, "a list of texts")
        return tuple(values)

    def object(self, name: str) -> dict[str, Any]:
        value = self._wire.get(name, {})
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return value

    def texts_by_name(self, name: str) -> dict[str, str]:
        value = self.object(name)
        if not all(isinstance(item, str) for item in value.values()):
            raise self._wrong(name, "an object of texts")
        return value

    def _wrong(self, name: str, expected: str) -> FieldError:
        return FieldError(f"{name!r} of {self._what} must be {expected}")
