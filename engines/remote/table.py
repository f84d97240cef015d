"""Reading the settings of a model table, one at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engines.api import Settings
from engines.errors import EngineError, ErrorKind

LONGEST_WAIT_S = 3600.0


def refuse_unknown(model: Settings, known: Collection[str]) -> None:
    """Raises EngineError (`internal`) for a setting that nobody reads."""
    if unknown := sorted(set(model) - set(known)):
        raise EngineError(ErrorKind.INTERNAL, f"There is no model setting {unknown[0]!r}.")


def text(model: Settings, name: str, default: str = "") -> str:
    """Raises EngineError (`internal`), like the following."""
    value = model.get(name, default)
    if not isinstance(value, str):
        raise _wrong(name, value)
    return value


def one_of(model: Settings, name: str, choices: Collection[str]) -> str:
    """One of `choices`, or empty where the table does not say."""
    value = text(model, name)
    if value and value not in choices:
        raise _wrong(name, value)
    return value


def flag(model: Settings, name: str, default: bool) -> bool:
    value = model.get(name, default)
    if not isinstance(value, bool):
        raise _wrong(name, value)
    return value


def seconds(model: Settings, name: str, default: float) -> float:
    value = model.get(name, default)
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right or not 0 < value <= LONGEST_WAIT_S:
        raise _wrong(name, value)
    return float(value)


def _wrong(name: str, value: Any) -> EngineError:
    return EngineError(ErrorKind.INTERNAL, f"The model setting {name!r} cannot be {value!r}.")


def need_key(name: str, key: str) -> None:
    """Raises EngineError (`needs_key`) when a key is named and was not handed over."""
    if name and not key:
        sentence = f"There is no key {name!r}. To store it: python main.py systems key {name}"
        raise EngineError(ErrorKind.NEEDS_KEY, sentence, {"key": name})
