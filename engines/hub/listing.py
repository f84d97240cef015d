"""Which files of a repository are wanted, and what is known of them before they are here.

A pattern without a slash means files of the top folder, one with a slash whole paths; `*` and `?`
are those of a shell. A pickle can run code when it is read, so it is wanted only where a pattern is
its exact name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.hub.refusals import typed_errors

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Order:
    """What a model table asks of a hub."""

    repo: str
    revision: str
    """A commit, a branch or a tag; empty for the newest."""
    allow: tuple[str, ...]
    must: tuple[str, ...]
    """Paths without which the rest is of no use."""
    sums: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file, as the hub describes it."""

    path: str
    size_bytes: int
    """0 when the hub does not say."""
    sha256: str
    """Empty for small files, of which a hub knows only `blob`."""
    blob: str
    """Git's own digest of the content: SHA-1 over a header and the bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    revision: str
    wanted: tuple[Wanted, ...]
    licence: str
    gated: bool


def read_order(model: Settings) -> Order:
    """Raises EngineError (`internal`) for a table that names nothing that could be fetched."""
    repo, revision = model.get("repo"), model.get("revision", "")
    allow, must, sums = model.get("allow", []), model.get("must", []), model.get("sha256", {})
    if not isinstance(repo, str) or not _REPO.fullmatch(repo) or ".." in repo:
        raise _wrong("repo", repo)
    if not isinstance(revision, str):
        raise _wrong("revision", revision)
    for name, paths in (("allow", allow), ("must", must)):
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise _wrong(name, paths)
    if not isinstance(sums, Mapping) or not all(isinstance(sum_, str) for sum_ in sums.values()):
        raise _wrong("sha256", sums)
    return Order(repo, revision, tuple(allow), tuple(must), sums)


def what_is_wanted(order: Order) -> Found:
    """Ask the hub. Raises EngineError."""
    with typed_errors(order.repo):
        from huggingface_hub import HfApi

        info = HfApi(token=token()).model_info(
            order.repo, revision=order.revision or None, files_metadata=True, timeout=_LIMIT_S
        )
    wanted = [
        Wanted(
            path=sibling.rfilename,
            size_bytes=sibling.size or 0,
            sha256=sibling.lfs.sha256 if sibling.lfs else "",
            blob="" if sibling.lfs else sibling.blob_id or "",
        )
        for sibling in info.siblings or ()
        if is_allowed(sibling.rfilename, order.allow)
    ]
    _refuse_gaps(order, wanted)
    licence = info.card_data.get("license") if info.card_data else None
    return Found(
        revision=str(info.sha),
        wanted=tuple(_with_known_sum(order, w) for w in sorted(wanted, key=lambda w: w.path)),
        licence=licence if isinstance(licence, str) else "",
        gated=bool(info.gated),
    )


def is_allowed(path: str, allow: tuple[str, ...]) -> bool:
    if path in allow:
        return True
    if path.endswith(PICKLES):
        return False
    return any(
        fnmatchcase(path, pattern) and ("/" in pattern or "/" not in path) for pattern in allow
    )


def token() -> str | None:
    """That of whoever started this worker; None lets the client look where it keeps its own."""
    return os.environ.get("HF_TOKEN") or None


def _refuse_gaps(order: Order, wanted: list[Wanted]) -> None:
    there = {w.path for w in wanted}
    if missing := sorted({*order.must, *order.sums} - there):
        sentence = f"{order.repo} has no file {missing[0]!r}, which the catalogue names."
        raise EngineError(ErrorKind.INTERNAL, sentence, {"repo": order.repo, "missing": missing})
    if not wanted:
        sentence = f"{order.repo} has none of the files that were asked for."
        raise EngineError(ErrorKind.INTERNAL, sentence, {"repo": order.repo})


def _with_known_sum(order: Order, wanted: Wanted) -> Wanted:
    known = order.sums.get(wanted.path, "")
    if known and wanted.sha256 and known != wanted.sha256:
        sentence = (
            f"The hub's {wanted.path} of {order.repo} is not the file that the catalogue knows "
            f"(SHA-256 {wanted.sha256} instead of {known}). Nothing was fetched."
        )
        raise EngineError(ErrorKind.INTERNAL, sentence, {"repo": order.repo})
    if not known:
        return wanted
    return Wanted(wanted.path, wanted.size_bytes, known, wanted.blob)


def _wrong(name: str, value: object) -> EngineError:
    return EngineError(ErrorKind.INTERNAL, f"{name!r} of what to fetch cannot be {value!r}.")
