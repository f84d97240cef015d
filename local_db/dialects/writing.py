"""A dialect's file beside the lines of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_db.dialects import audiofolder, style
from local_db.dialects.choosing import Chosen, chosen
from local_db.dialects.registry import AUDIOFOLDER, DIALECTS

NO_RECORDING = "no recording"


@dataclass(frozen=True, slots=True)
class Written:
    """Votes + exclusions = the battles of the export."""

    file: str
    """Relative to the export, with slashes."""
    votes: int
    exclusions: Mapping[str, int]
    """Rule -> number of battles."""
    warnings: tuple[str, ...]


def write_dialect(
    name: str, export: Path, *, battles: str, takes: str, simulated: bool = False
) -> Written:
    """Write the dialect `name` of the lines in `export / battles` into `export`.

    The recordings lie in `export / takes`; without them audiofolder leaves everything out. The same
    lines give the same bytes. Raises UnknownLabel, MissingLibrary, OSError.
    """
    dialect = DIALECTS[name]
    picked = chosen(export / battles, simulated=simulated)
    if name == AUDIOFOLDER:
        picked = _with_recordings(picked, export / takes)
    target = export / dialect.file
    target.parent.mkdir(exist_ok=True)
    dialect.write(picked.votes, target)
    return Written(
        file=dialect.file,
        votes=len(picked.votes),
        exclusions=dict(sorted(picked.exclusions.items())),
        warnings=tuple(style.undefined(picked.votes)) if dialect.has_style else (),
    )


def _with_recordings(picked: Chosen, takes: Path) -> Chosen:
    there = [vote for vote in picked.votes if audiofolder.has_recording(vote, takes)]
    missing = len(picked.votes) - len(there)
    exclusions = picked.exclusions.copy()
    if missing:
        exclusions[NO_RECORDING] = missing
    return Chosen(there, exclusions)
