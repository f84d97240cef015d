"""Cells of a CSV file that no spreadsheet takes for a formula, and back.

A text that begins with one of `TRIGGERS` is written with an apostrophe before it (OWASP, "CSV
injection"). So is one that begins with apostrophes before such a character: so the way back is
exact.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TRIGGERS = "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}" + (
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
LONGEST_CELL = 64 * 2**20
"""Characters; Python's own limit is less than one long answer."""
_DANGEROUS = re.compile(rf"'*[{re.escape(TRIGGERS)}]")
_MADE_SAFE = re.compile(rf"'+[{re.escape(TRIGGERS)}]")


def safe(value: Any) -> Any:
    """A cell as it is written; numbers are no formulas, None is an empty cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _DANGEROUS.match(value):
        return f"'{value}"
    return value


def unsafe(cell: str) -> str:
    """The text that `safe` was given."""
    return cell[1:] if _MADE_SAFE.match(cell) else cell


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """UTF-8, a header, lines that end with CR LF (RFC 4180): so a CR in a text is quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe(row.get(column)) for column in columns])


def read_csv(path: Path) -> Iterator[dict[str, str | None]]:
    """Rows by the header's names; an empty cell is None. Raises csv.Error, UnicodeDecodeError."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield {name: unsafe(cell) if cell else None for name, cell in row.items() if name}
