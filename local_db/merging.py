"""Several exports as one folder: the same bytes, in whatever order and groups they come.

What is merged are lines. A line that two exports share is there once; two lines about one battle
(an earlier and a later export of a station) are both there, and whoever counts decides between them
as if the exports lay side by side. They are sorted by battle and then by their bytes, which says
nothing of stations: so merging is a union of sets, and a merge of merges is the merge of all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local_db.chain import canonical_json
from local_db.dialects import Written, write_dialect
from local_db.durable import fsync_folder, sha256_of
from local_db.errors import NotMerged, UnusableFolder
from local_db.export import BATTLES, EXPORT_SCHEMA
from local_db.export_place import MANIFEST, TAKES, place_errors
from local_db.signing import Forged, signer_of
from local_db.whole_folder import facts_of, replacing, write_texts

FORMAT = "earshot-merge"
_JSON: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False, "sort_keys": True}


@dataclass(frozen=True, slots=True)
class MergeSummary:
    folder: Path
    battles: int
    """Different lines."""
    parts: int
    """Exports that are in it, those of earlier merges included."""
    dialects: Mapping[str, Written]


def merge(
    exports: Sequence[Path], to: Path, *, dialects: Sequence[str] = (), simulated: bool = False
) -> MergeSummary:
    """Write the merge of `exports` into `to`, which must be new or empty, and its `dialects`.

    Raises `NotMerged` for a folder whose lines are not those its manifest promises or whose
    manifest is not the one that was signed,
    `UnusableFolder`, `DiskFull`, and of the dialects `UnknownLabel` and `MissingLibrary`; then `to`
    is as it was.
    """
    to = Path(os.path.realpath(to))
    with place_errors(to):
        if to.exists() and not (to.is_dir() and next(to.iterdir(), None) is None):
            raise UnusableFolder(to, "is already there", "Choose a new or empty folder.")
    lines: set[tuple[str, str]] = set()
    parts: set[str] = set()
    for folder in exports:
        parts.update(_parts(folder))
        lines.update(_lines(folder))
    with place_errors(to), replacing(to) as new:
        write_texts(new / BATTLES, (line for _, line in sorted(lines)))
        spoken = {
            name: write_dialect(name, new, battles=BATTLES, takes=TAKES, simulated=simulated)
            for name in dict.fromkeys(dialects)
        }
        said = [json.loads(part) for part in sorted(parts)]
        manifest = {
            "format": FORMAT,
            "schema": EXPORT_SCHEMA,
            "battles": len(lines),
            "chain": {"ok": _vouched_for(said)},
            "parts": said,
            **({"dialects": {k: asdict(one) for k, one in spoken.items()}} if spoken else {}),
            "files": {
                BATTLES: {**facts_of(new / BATTLES), "lines": len(lines)},
                **{one.file: facts_of(new / one.file) for one in spoken.values()},
            },
        }
        write_texts(new / MANIFEST, [json.dumps(manifest, **_JSON, indent=1) + "\n"])
        fsync_folder(new)
    return MergeSummary(to, len(lines), len(parts), spoken)


def _vouched_for(parts: Sequence[Mapping[str, Any]]) -> bool | None:
    """Of the whole, as the ranker doubts it: false where one station's history is broken, None
    where nobody knows of one (other people's votes have no chain)."""
    chains = [part.get("chain") for part in parts]
    known = [chain.get("ok") if isinstance(chain, dict) else None for chain in chains]
    if False in known:
        return False
    return None if None in known else True


def _parts(folder: Path) -> Iterator[str]:
    """What is said of each export in it, as canonical JSON. Raises NotMerged."""
    manifest, promised, signer = _manifest(folder)
    try:
        found = sha256_of(folder / BATTLES)
    except OSError as error:
        raise NotMerged(folder, f"{BATTLES} cannot be read ({error.strerror})") from error
    if found != promised:
        raise NotMerged(folder, f"{BATTLES} is not the file that its manifest names")
    if manifest.get("format") == FORMAT:
        yield from map(canonical_json, manifest.get("parts", ()))
        return
    kept = (
        "station",
        "battles",
        "chain",
        "conservation",
        "exclusions",
        "sessions",
        "systems",
        "dialect",
        "source",
    )
    said = {key: manifest[key] for key in kept if key in manifest}
    signed = {} if signer is None else {"signed_by": signer}
    yield canonical_json({**said, **signed, "sha256": found})


def _manifest(folder: Path) -> tuple[dict[str, Any], str, str | None]:
    """With the digest of the lines that it promises, and the fingerprint of who signed it."""
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest = json.loads(written.decode())
        schema, promised = manifest["schema"], manifest["files"][BATTLES]["sha256"]
    except OSError as error:
        raise NotMerged(folder, f"it has no {MANIFEST} ({error.strerror})") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotMerged(folder, f"its {MANIFEST} is none of ours") from error
    if schema != EXPORT_SCHEMA:
        raise NotMerged(folder, f"its schema is {schema}, and this program writes {EXPORT_SCHEMA}")
    try:
        return dict(manifest), str(promised), signer_of(folder, manifest, written)
    except Forged as why:
        raise NotMerged(folder, str(why)) from why
    except ImportError as error:
        raise NotMerged(
            folder,
            "it is signed, and checking that needs the package cryptography",
            "Type: .venv/bin/python -m pip install cryptography",
        ) from error


def _lines(folder: Path) -> Iterable[tuple[str, str]]:
    """Battle and line, with its end, for each line."""
    try:
        with (folder / BATTLES).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield str(json.loads(line)["battle_id"]), line
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotMerged(folder, f"{BATTLES} holds a line that is no battle") from error
