"""Where the weights of a model lie on this machine.

A model table of the catalogue names its weights in one of two ways, and every engine that reads
weights from a disk understands both:

    path       a file or folder that somebody pointed to
    repo       `owner/name` on a hub, with `revision`, a full commit; `systems install` brought it
               (empty: it was not, and the first time pins it)
    file       within it: the one file to load (GGUF, `.pt`); optional

A fetched revision lies in a folder of its own below the station's models folder. Whoever has the
weights elsewhere puts a link in its place.
"""

from __future__ import annotations

import re
from pathlib import Path

from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.places import models_folder

SOURCE_SETTINGS = frozenset({"path", "repo", "revision", "file"})

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_REVISION = re.compile(r"[0-9a-f]{40}")


def folder_name(repo: str, revision: str) -> str:
    """The name of the folder of one revision of one repository.

    Raises ValueError when `repo` is not `owner/name` or `revision` no full commit: both become
    part of a path.
    """
    if not _REPO.fullmatch(repo) or ".." in repo:
        raise ValueError(f"{repo!r} is not the name of a repository (owner/name)")
    if not _REVISION.fullmatch(revision):
        raise ValueError(f"{revision!r} is not a pinned revision (40 hexadecimal digits)")
    return f"{repo.replace('/', '--')}@{revision}"


def locate(model: Settings, models: Path | None = None) -> Path:
    """The folder or file that a model table names.

    Raises EngineError: `needs_download` when it is not on this machine, `internal` when the table
    names nothing, or something impossible.
    """
    place = _place(model, models_folder() if models is None else models)
    name = model.get("file")
    if name is not None:
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            raise EngineError(ErrorKind.INTERNAL, f"'file' is no name in the model: {name!r}.")
        place /= name
    if not place.exists():
        raise EngineError(
            ErrorKind.NEEDS_DOWNLOAD,
            f"The weights are not on this machine: {place} is missing.",
            {"path": str(place)},
        )
    return place


def locate_one(model: Settings, suffix: str, models: Path | None = None) -> Path:
    """The one file that a model table names: `locate`, or the only `suffix` file of its folder.

    Raises EngineError: as `locate`, and `internal` when the file has another suffix or the folder
    does not hold exactly one.
    """
    place = locate(model, models)
    if place.is_file():
        if place.suffix != suffix:
            raise EngineError(ErrorKind.INTERNAL, f"{place.name} is not a {suffix} file.")
        return place
    found = sorted(file.name for file in place.glob(f"*{suffix}") if file.is_file())
    if len(found) != 1:
        what = f"{len(found)} {suffix} files" if found else f"no {suffix} file"
        sentence = f"There is {what} in {place}: say with 'file' which one to load."
        raise EngineError(ErrorKind.INTERNAL, sentence, {"files": found})
    return place / found[0]


def _place(model: Settings, models: Path) -> Path:
    path, repo, revision = model.get("path"), model.get("repo"), model.get("revision")
    if isinstance(path, str) and path:
        return Path(path).expanduser()
    if isinstance(repo, str) and revision == "":  # nobody has pinned it yet
        sentence = f"The weights of {repo} were never fetched to this station: `systems install`."
        raise EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, {"repo": repo})
    if isinstance(repo, str) and isinstance(revision, str):
        try:
            return models / folder_name(repo, revision)
        except ValueError as error:
            raise EngineError(ErrorKind.INTERNAL, f"The model's source is wrong: {error}.") from (
                error
            )
    sentence = "The model names no weights: neither 'path' nor 'repo' with 'revision'."
    raise EngineError(ErrorKind.INTERNAL, sentence)
