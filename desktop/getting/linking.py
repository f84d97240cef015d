"""A folder that somebody points to, in the place of a download: checked, then linked."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.catalogue.entry import Entry
from desktop.catalogue.pins import CONTENT, HUB, Pin, read_pins, write_pins
from desktop.catalogue.sources import Source, sources_of
from desktop.errors import EarshotError, UsageProblem
from desktop.getting.weights_folder import cannot_write, files_in, only_one
from desktop.getting.weights_form import require_form
from desktop.paths import Home
from engines.weights import file_sha256

_SNAPSHOT = re.compile(r"[0-9a-f]{40}")


def link(
    entry: Entry,
    folder: Path,
    home: Home,
    *,
    repo: str = "",
    allow_code: bool = False,
    on_file: Callable[[str], None] = lambda _: None,
) -> Source:
    """Let `folder` count as what `repo` of the system needs (its only missing one unless said).

    Where the revision is open, it becomes the commit that the folder is named for, as the hub's
    client names them, or else the first 40 digits of a digest of the content. `on_file` hears of
    each file that is read for that. Returns the source, pinned.

    Raises UsageProblem for a folder that is not it, EarshotError for a disk that refuses.
    """
    source = _which(entry, home, repo)
    _require_folder(folder)
    if source.remote_code and not allow_code:
        raise UsageProblem(
            f"{source.repo} runs Python code of its own, which nobody has allowed.",
            "Look at the code in that folder, then add --allow-code.",
        )
    target = Path(os.path.realpath(folder))
    require_form(source, target)
    _require_sums(source, target, on_file)
    with only_one(home.models):
        revision, of = _revision(source, target, on_file)
        pinned = replace(source, revision=revision)
        _put_link(home.models / pinned.folder, target)
        pins = read_pins(home.catalogue)
        if not source.revision or allow_code:
            pin = Pin(revision, of, remote_code=source.remote_code and allow_code)
            write_pins(home.catalogue, pins.with_pin(source.repo, pin))
    return pinned


def _require_folder(folder: Path) -> None:
    try:
        if not folder.is_dir():
            raise UsageProblem(f"{folder} is no folder.", "Name the folder that holds the weights.")
    except OSError as error:  # the folder above it is shut
        raise UsageProblem(f"{folder} cannot be read ({error.strerror}).") from error


def _which(entry: Entry, home: Home, repo: str) -> Source:
    sources = {source.repo: source for source in sources_of(entry)}
    if repo:
        if repo not in sources:
            raise UsageProblem(f"{entry.system.id} needs no {repo}.", _list(sources))
        return sources[repo]
    missing = [source for source in sources.values() if not source.is_here(home.models)]
    if len(missing) == 1:
        return missing[0]
    if not sources:
        raise UsageProblem(f"{entry.system.id} needs no weights.")
    if not missing:
        raise UsageProblem(
            f"The weights of {entry.system.id} are here already.", "`systems remove` takes them."
        )
    raise UsageProblem(
        f"{entry.system.id} lacks several repositories.", f"Say which with --repo. {_list(sources)}"
    )


def _list(sources: dict[str, Source]) -> str:
    return f"It needs {', '.join(sources)}." if sources else ""


def _require_sums(source: Source, folder: Path, on_file: Callable[[str], None]) -> None:
    for file in source.files:
        path = folder / file.path
        wrong = bool(file.size_bytes) and path.stat().st_size != file.size_bytes
        if not wrong and file.sha256:
            on_file(file.path)
            wrong = _sum(path) != file.sha256
        if wrong:
            raise UsageProblem(
                f"{path} is not the file that the catalogue knows: its sum or size is another.",
                "Fetch it again, or add the folder as a system of its own: `systems add PATH`.",
            )


def _revision(source: Source, folder: Path, on_file: Callable[[str], None]) -> tuple[str, str]:
    if source.revision:
        return source.revision, HUB
    if _SNAPSHOT.fullmatch(folder.name):
        return folder.name, HUB
    digest = hashlib.sha256()
    for path in _files(folder):
        on_file(path)
        line = f"{_sum(folder / path)}  {path}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))  # a name need not be UTF-8
    return digest.hexdigest()[:40], CONTENT


def _files(folder: Path) -> list[str]:
    try:
        return files_in(folder)
    except OSError as error:
        raise UsageProblem(f"{error.filename} cannot be read ({error.strerror}).") from error


def _sum(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise EarshotError(f"{path} cannot be read ({error.strerror}).") from error


def _put_link(place: Path, target: Path) -> None:
    if place.exists():
        raise UsageProblem(f"{place} is there already.", "`systems remove` takes it away.")
    try:
        place.unlink(missing_ok=True)  # a link whose folder is gone
        place.symlink_to(target, target_is_directory=True)
    except OSError as error:
        raise cannot_write(place, error) from error
