"""What a station without a network needs of some systems, as one folder; and reading it back.

    DIR/bundle.json                       format, systems, pins, every file's size and SHA-256
    DIR/systems.toml                      the catalogue entries
    DIR/models/owner--name@commit/…       the weights

What a folder cannot carry is told: Python packages, keys, a graphics card.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.catalogue.adding import add_tables
from desktop.catalogue.catalogue import Entry, read_catalogue, read_file
from desktop.catalogue.entry import Standing
from desktop.catalogue.pins import CONTENT, HUB, Pin, Pins, read_pins, write_pins
from desktop.catalogue.sources import Source, paths_of, sources_of
from desktop.catalogue.table_keys import FLAG, REPO, REVISION, Wrong
from desktop.errors import CatalogueProblem, EarshotError, UsageProblem
from desktop.getting.weights_folder import (
    PART,
    begun_bytes,
    files_in,
    give_name,
    only_one,
    read_manifest,
    require_room,
)
from desktop.keys.key_name import key_name
from desktop.paths import Home
from desktop.toml_text import as_toml
from engines.api import FetchedFile
from engines.messages import MessageError
from engines.model_files import folder_name
from engines.registry import find_engines
from engines.weights import file_sha256
from local_db.durable import fsync_file

FORMAT = 1
MANIFEST = "bundle.json"
ENTRIES = "systems.toml"
OnFile = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was read of a bundle's own words, checked."""

    folder: Path
    systems: tuple[str, ...]
    pins: Mapping[str, Pin]
    models: Mapping[str, Mapping[str, FetchedFile]]
    """Folder name -> path -> file."""

    @property
    def total_bytes(self) -> int:
        return sum(file.size_bytes for files in self.models.values() for file in files.values())


def write_bundle(
    entries: Iterable[Entry], folder: Path, home: Home, on_file: OnFile = lambda _: None
) -> list[str]:
    """Write the bundle into a new or empty folder. Returns what else the other station needs.

    Raises UsageProblem for a system that cannot be carried, EarshotError for a disk that refuses.
    """
    chosen = list(entries)
    sources = {source.repo: source for entry in chosen for source in sources_of(entry)}
    for entry in chosen:
        _require_portable(entry, home)
    _require_empty(folder)
    require_room(folder, sum(begun_bytes(home.models / s.folder) for s in sources.values()))
    pins = read_pins(home.catalogue)
    try:
        models = {
            source.folder: _copy_out(source, home, folder, on_file) for source in sources.values()
        }
        tables = [f"[[system]]\n{as_toml(entry.table)}" for entry in chosen]
        (folder / ENTRIES).write_text("\n".join(tables), encoding="utf-8")
        manifest = {
            "format": FORMAT,
            "systems": [entry.system.id for entry in chosen],
            "pins": {repo: asdict(pins.by_repo[repo]) for repo in sources if repo in pins.by_repo},
            "models": {name: {p: asdict(f) for p, f in m.items()} for name, m in models.items()},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        for path in (ENTRIES, MANIFEST):
            fsync_file(folder / path)
    except OSError as error:
        raise _refused(folder, error) from error
    return what_else(chosen)


def what_else(entries: Iterable[Entry]) -> list[str]:
    """What a folder cannot carry: sentences."""
    engines = find_engines()
    found: dict[str, None] = {}
    for entry in entries:
        for part in entry.parts:
            info = engines.get(part.engine)
            if info is not None and info.needs:
                packages = ", ".join(need.distribution for need in info.needs)
                found[f"{part.engine}: {packages} (there: {info.install})"] = None
            if info is not None and info.network:
                found[f"{entry.system.id}: a network"] = None
        if key := key_name(entry):
            found[f"the key “{key}” (there: python main.py systems key {key})"] = None
        if entry.memory is not None:
            found[f"{entry.system.id}: {entry.memory.weights_gb:g} GB of memory at least"] = None
    return list(found)


def read_bundle(folder: Path) -> Bundle:
    """Raises UsageProblem for a folder that is no bundle of ours."""
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.get("format") != FORMAT:
            raise UsageProblem(f"{path} is of another format than this program reads ({FORMAT}).")
        return Bundle(
            folder=folder,
            systems=tuple(str(system) for system in said["systems"]),
            pins={repo: _pin(repo, pin) for repo, pin in said["pins"].items()},
            models={_name(name): _files(files) for name, files in said["models"].items()},
        )
    except OSError as error:
        raise UsageProblem(
            f"{folder} is no bundle: {MANIFEST} cannot be read ({error.strerror}).",
            "Name the folder that `systems bundle` wrote.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, MessageError, Wrong) as error:
        raise UsageProblem(f"{path} is damaged: {error}.", "Write the bundle again.") from error


def install_bundle(
    bundle: Bundle,
    home: Home,
    *,
    allow_code: bool = False,
    on_file: OnFile = lambda _: None,
) -> None:
    """Copy the weights in, every file verified, then pins and entries. Can be done again.

    Raises UsageProblem where this station knows something else under the same name, EarshotError.
    """
    _require_agreement(bundle, home)
    if any(pin.remote_code for pin in bundle.pins.values()) and not allow_code:
        repos = ", ".join(repo for repo, pin in bundle.pins.items() if pin.remote_code)
        raise UsageProblem(
            f"{repos} runs Python code of its own, which nobody has allowed on this station.",
            "Look at that revision, then add --allow-code.",
        )
    with only_one(home.models):
        away = [name for name in bundle.models if not (home.models / name).is_dir()]
        needed = sum(f.size_bytes for name in away for f in bundle.models[name].values())
        require_room(home.models, needed)
        for name in away:
            _copy_in(bundle, name, home, on_file)
        pins = read_pins(home.catalogue)
        for repo, pin in bundle.pins.items():
            pins = pins.with_pin(repo, pin)
        write_pins(home.catalogue, pins)
    known = read_catalogue(home)
    tables = [e.table for e in read_file(bundle.folder / ENTRIES) if e.system.id not in known]
    if tables:
        add_tables(tables, home, name="-".join(bundle.systems)[:60])


def _require_portable(entry: Entry, home: Home) -> None:
    if entry.status.standing is not Standing.AVAILABLE:
        raise UsageProblem(f"{entry.system.id} is not available. {entry.status.reason}")
    if paths := paths_of(entry):
        raise UsageProblem(
            f"{entry.system.id} names a place on this station ({paths[0]}).",
            "Copy that to the other station yourself, and `systems add` it there.",
        )
    away = [source.repo for source in sources_of(entry) if not source.is_here(home.models)]
    if away:
        raise UsageProblem(
            f"The weights of {entry.system.id} are not on this station ({', '.join(away)}).",
            f"Type `python main.py systems install {entry.system.id}` first.",
        )


def _require_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageProblem(f"{folder} is not empty.", "Name a new or empty folder.")
    except OSError as error:
        raise _refused(folder, error) from error


def _copy_out(source: Source, home: Home, folder: Path, on_file: OnFile) -> dict[str, FetchedFile]:
    """A linked folder becomes files."""
    origin, target = home.models / source.folder, folder / "models" / source.folder
    known = read_manifest(origin)
    copied = {}
    for path in files_in(origin):
        on_file(path)
        sha256 = _copy(origin / path, target / path)
        if path in known and known[path].sha256 != sha256:
            raise EarshotError(
                f"{origin / path} is not the file any more that was fetched.",
                "Remove the system and install it again.",
            )
        copied[path] = FetchedFile((target / path).stat().st_size, sha256)
    return copied


def _copy_in(bundle: Bundle, name: str, home: Home, on_file: OnFile) -> None:
    part = home.models / (name + PART)
    try:
        for path, file in bundle.models[name].items():
            on_file(path)
            if _copy(bundle.folder / "models" / name / path, part / path) != file.sha256:
                raise EarshotError(
                    f"{path} in the bundle is damaged: its sum is not that of its manifest.",
                    "Copy the bundle again, or write it anew.",
                )
    except OSError as error:
        if error.filename and Path(error.filename).is_relative_to(bundle.folder):
            raise EarshotError(
                f"{error.filename} cannot be read ({error.strerror}), and the bundle needs it.",
                "Copy the bundle again, or write it anew.",
            ) from error
        raise _refused(part, error) from error
    give_name(part, home.models / name, bundle.models[name])


def _copy(origin: Path, target: Path) -> str:
    """SHA-256 of what was written, read back from there. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(origin, target)
    fsync_file(target)
    return file_sha256(target)


def _require_agreement(bundle: Bundle, home: Home) -> None:
    pins, known = read_pins(home.catalogue), read_catalogue(home)
    for repo, pin in bundle.pins.items():
        ours = pins.by_repo.get(repo)
        if ours is not None and ours.revision != pin.revision:
            raise UsageProblem(
                f"This station has settled on another revision of {repo} ({ours.revision}; the "
                f"bundle has {pin.revision}).",
                "Remove the systems that use it and its entry in pins.toml first.",
            )
    try:
        brought = read_file(bundle.folder / ENTRIES, Pins(bundle.pins))
    except CatalogueProblem as problem:
        raise UsageProblem(problem.sentence, "Was it written by a newer Earshot?") from problem
    for entry in brought:
        ours_entry = known.get(entry.system.id)
        if ours_entry is not None and dict(ours_entry.table) != dict(entry.table):
            raise UsageProblem(
                f"{entry.system.id} means something else on this station.",
                "Bring both to the same version of Earshot, or give your own system another id.",
            )


def _pin(repo: str, said: Mapping[str, Any]) -> Pin:
    REPO.read("pins", repo)
    revision, of = REVISION.read("pins", said["revision"]), said["of"]
    if not revision or of not in {HUB, CONTENT}:
        raise ValueError(f"{repo} has no pin that could be read")
    return Pin(revision, of, FLAG.read("pins", said["remote_code"]))


def _name(name: str) -> str:
    """A folder below `models`, and nowhere else."""
    owner_and_repo, _, revision = name.rpartition("@")
    if folder_name(owner_and_repo.replace("--", "/", 1), revision) != name:
        raise ValueError(f"{name!r} is no folder of weights")
    return name


def _files(said: Mapping[str, Any]) -> dict[str, FetchedFile]:
    from engines.wire import read_fetched

    return dict(read_fetched({"revision": "", "files": dict(said)}).files)


def _refused(folder: Path, error: OSError) -> EarshotError:
    return EarshotError(
        f"{error.filename or folder} cannot be read or written ({error.strerror}).",
        "Allow it, or make room there, and type it again.",
    )
