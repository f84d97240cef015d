"""Rows of a file: a JSON list, JSON lines, or Parquet, whichever it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from local_db.errors import BadVotes

Row = dict[str, Any]

JSON_FORM: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
_PARQUET = b"PAR1"


def write_list(path: Path, rows: Iterable[Row]) -> None:
    """One JSON list, a row a line: what pandas.read_json and FastChat read."""
    _write(path, "[", ",", (json.dumps(row, **JSON_FORM) for row in rows), "\n]\n")


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, **JSON_FORM) + "\n")


def write_object(path: Path, key: str, items: Iterable[tuple[str, Row]]) -> None:
    """One JSON object that holds under `key` an object of `items`, a row a line."""
    rows = (f"{json.dumps(name)}:{json.dumps(row, **JSON_FORM)}" for name, row in items)
    _write(path, f"{{{json.dumps(key)}:{{", ",", rows, "\n}}\n")


def _write(path: Path, begin: str, between: str, rows: Iterable[str], end: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(begin)
        for nth, row in enumerate(rows):
            file.write(f"{between if nth else ''}\n{row}")
        file.write(end)


def read_rows(path: Path) -> Iterator[Row]:
    """Every row of the file. Raises BadVotes."""
    try:
        with path.open("rb") as file:
            begin = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise BadVotes(path, f"it cannot be opened ({error.strerror})") from error
    if begin.startswith(_PARQUET):
        from local_db.dialects.parquet import read_parquet

        yield from read_parquet(path)
    elif begin.startswith(b"["):
        rows = read_json(path)
        assert isinstance(rows, list)
        for nth, row in enumerate(rows, 1):
            yield _object(row, path, f"row {nth}")
    else:
        yield from _read_lines(path)


def read_json(path: Path) -> Any:
    """The one value that the file holds. Raises BadVotes."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadVotes(path, f"it cannot be opened ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise BadVotes(path, f"it is not JSON ({_words(error)})") from error


def _read_lines(path: Path) -> Iterator[Row]:
    nth = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for nth, line in enumerate(file, 1):
                if line.strip():
                    yield _object(json.loads(line), path, f"line {nth}")
    except (ValueError, RecursionError) as error:
        raise BadVotes(path, f"line {nth} is not JSON ({_words(error)})") from error


def _object(value: object, path: Path, where: str) -> Row:
    if not isinstance(value, dict):
        raise BadVotes(path, f"{where} is not an object")
    return value


def _words(error: Exception) -> str:
    """What is wrong, without the words of the library that found it."""
    if isinstance(error, json.JSONDecodeError):
        line = f" of its line {error.lineno:,}" * (error.lineno > 1)
        return f"from character {error.colno:,}{line} on"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return "nested without end" if isinstance(error, RecursionError) else str(error)[:80]
