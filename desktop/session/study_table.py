"""One table of a study file, read key by key; complains in sentences."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from desktop.errors import StudyProblem

FORM = "See docs/study.md for its form."

_WRITE = {
    int: "a whole number, without quotation marks",
    float: "a number, without quotation marks",
    str: "a text, in quotation marks",
    list: "a list, in square brackets",
}

Chosen = TypeVar("Chosen", bound=StrEnum)


class StudyTable:
    """Reads one TOML table and complains in sentences; whatever is left over is a mistake too."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self._values = values
        self._left = dict(values)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        if key not in self._left:
            if default is None:
                raise StudyProblem(f"{self.where} has no “{key}”.", self._where_it_is(key))
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise StudyProblem(
                f"{self.where}: “{key}” cannot be {shown(value)}.", f"Write {_form(key, kind)}."
            )
        return value

    def _where_it_is(self, key: str) -> str:
        """In TOML a key belongs to the table that stands above it, wherever its own would begin."""
        for name, inner in self._values.items():
            if isinstance(inner, dict) and key in inner:
                return f"“{key}” stands below [{name}]: move it above the first table."
        return "Add it."

    def line(self, key: str) -> str:
        """A text that is read as one line: not blank, nothing in it that cannot be printed."""
        value = str(self.take(key, str))
        if not value.strip():
            raise StudyProblem(f"{self.where}: “{key}” is empty.", "Write something there.")
        if value != value.strip() or not value.isprintable():
            raise StudyProblem(
                f"{self.where}: “{key}” cannot be {shown(value)}.",
                "It is one line, without spaces around it.",
            )
        return value

    def number(
        self, key: str, kind: type | tuple[type, ...], default: Any, limits: tuple[int, int]
    ) -> Any:
        """`limits`: the least and the most that it may be."""
        value = self.take(key, kind, default)
        least, most = limits
        if not least <= value <= most:  # nor nan, which is neither above nor below anything
            raise StudyProblem(f"{self.where}: “{key}” lies between {least} and {most}.", FORM)
        return value

    def flag(self, key: str) -> bool:
        """False where it is not said."""
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            raise StudyProblem(f"{self.where}: “{key}” is true or false.", FORM)
        return value

    def choice(self, key: str, default: Chosen) -> Chosen:
        """One of the words of an enumeration."""
        value = self.take(key, str, default.value)
        try:
            return type(default)(value)
        except ValueError:
            raise StudyProblem(
                f"{self.where}: “{key}” cannot be {shown(value)}.",
                f"Choose one of {', '.join(word.value for word in type(default))}.",
            ) from None

    def table(self, key: str) -> StudyTable:
        """A table within; empty where there is none."""
        return StudyTable(f"{self.where}, [{key}]", self.take(key, dict, {}))

    def names(self) -> list[str]:
        """Keys that were not taken yet."""
        return list(self._left)

    def finish(self) -> None:
        if self._left:
            names = ", ".join(shown(name) for name in sorted(self._left))
            raise StudyProblem(f"{self.where}: nothing is known of {names}.", "Check the spelling.")


def _form(key: str, kind: type | tuple[type, ...]) -> str:
    """What may stand at `key`, of several kinds the widest."""
    widest = kind[-1] if isinstance(kind, tuple) else kind
    return _WRITE.get(widest, f"a table, [{key}]")


def shown(value: object) -> str:
    """A value as it was written, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return reprlib.repr(value)
    except ValueError:  # Python refuses to write out a number of thousands of digits
        return "a number that large"
