"""What the weights of a system are: repositories of a hub, and places on this station."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.catalogue.entry import Entry, FileFact
from engines.api import Part
from engines.model_files import folder_name

USUAL = (
    "model.safetensors",
    "model-*-of-*.safetensors",
    "*.json",
    "*.jinja",
    "*.model",
    "merges.txt",
    "vocab.txt",
)
"""Weights, configuration and tokeniser of a transformers folder; no pickle, no code, and nothing
that holds the same weights once more in another form."""


@dataclass(frozen=True, slots=True)
class Source:
    """One repository that a system needs."""

    repo: str
    revision: str
    """Empty while nobody has pinned it."""
    allow: tuple[str, ...]
    """Patterns of the files that are wanted."""
    files: tuple[FileFact, ...]
    """What the catalogue knows of them."""
    named: tuple[str, ...]
    """Files that the model table names."""
    part: Part
    """The part of the system that reads them."""
    remote_code: bool = False
    """Its Python code has to run."""

    @property
    def folder(self) -> str:
        """Its name below the models folder. Raises ValueError while it is not pinned."""
        return folder_name(self.repo, self.revision)

    def is_here(self, models: Path) -> bool:
        return bool(self.revision) and (models / self.folder).is_dir()

    @property
    def must(self) -> list[str]:
        """Paths of files without which it is of no use."""
        return sorted({file.path for file in self.files} | set(self.named))

    @property
    def sums(self) -> dict[str, str]:
        """Path -> SHA-256, where the catalogue knows it."""
        return {file.path: file.sha256 for file in self.files if file.sha256}


def sources_of(entry: Entry) -> list[Source]:
    """The repositories of a system, each once."""
    found: dict[str, Source] = {}
    for part in entry.parts:
        for table in _with_repo(part.model):
            repo = table["repo"]
            if repo not in found:
                found[repo] = Source(
                    repo=repo,
                    revision=table["revision"],
                    allow=_allowed(entry, table),
                    files=tuple(f for f in entry.files if f.repo in {"", repo}),
                    named=_named(table),
                    part=part,
                    remote_code=entry.terms.remote_code and part is entry.system.responder,
                )
    return list(found.values())


def repositories(parts: Iterable[Part]) -> set[str]:
    return {table["repo"] for part in parts for table in _with_repo(part.model)}


def paths_of(entry: Entry) -> list[Path]:
    """Files and folders of this station that a system names."""
    return [Path(path).expanduser() for part in entry.parts for path in _paths(part.model)]


def _with_repo(model: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if isinstance(model.get("repo"), str):
        yield model
    for value in model.values():
        if isinstance(value, Mapping):
            yield from _with_repo(value)


def _paths(model: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(model.get("path"), str):
        yield model["path"]
    for value in model.values():
        if isinstance(value, Mapping):
            yield from _paths(value)


def _named(table: Mapping[str, Any]) -> tuple[str, ...]:
    names = [table.get(key) for key in ("file", "allow_pickle")]
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _allowed(entry: Entry, table: Mapping[str, Any]) -> tuple[str, ...]:
    """What the catalogue says, else the one file that is loaded, else the usual."""
    named = _named(table)
    said = entry.fetch.get(table["repo"])
    if said is not None:
        return tuple(dict.fromkeys((*said, *named)))
    if "file" in table:
        return named
    return (*USUAL, *named)
