"""This station's battles into a folder that a person has chosen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.paths import Home
from local_db.chain import Head
from local_db.errors import UnusableFolder
from local_db.export import ExportSummary, export


def export_station(
    home: Home,
    to: Path,
    *,
    include_takes: bool = False,
    dialects: Sequence[str] = (),
    simulated_in_dialects: bool = False,
    heads: Sequence[Head] = (),
) -> ExportSummary:
    """As `local_db.export.export`, but never into the data folder, which is put in order at every
    start: what lies in `cache` is deleted, what lies in `takes` without a row is put aside."""
    if home.holds(to):
        raise UnusableFolder(
            to,
            f"lies in the data folder {home.folder}",
            "Choose a folder outside it.",
        )
    return export(
        home.database,
        home.takes,
        to,
        include_takes=include_takes,
        dialects=dialects,
        simulated_in_dialects=simulated_in_dialects,
        heads=heads,
        backup_folder=home.backups,
        key_file=home.key,
    )


@contextmanager
def counted_export(home: Home) -> Iterator[Path]:
    """An export of this station that lasts as long as it is read: the road that everybody can take.

    Raises as `local_db.export.export`.
    """
    home.counted.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.counted) as folder:  # two counts do not meet
        own = Path(folder) / "export"
        export(home.database, home.takes, own, backup_folder=home.backups)
        yield own
