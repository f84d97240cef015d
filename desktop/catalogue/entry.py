"""One system of the catalogue, as it was read and validated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from engines.api import Part, System
from local_db.records import SystemRecord


class Standing(StrEnum):
    """Whether a system can be had at all."""

    AVAILABLE = "available"
    RETIRED = "retired"  # whoever served it serves it no more
    NOT_PROVIDED = "not_provided"  # nobody has made it run here, and `reason` says why


@dataclass(frozen=True, slots=True)
class Status:
    standing: Standing = Standing.AVAILABLE
    since: str = ""
    """Retired: the day, as YYYY-MM-DD; empty where nobody knows."""
    successor: str = ""
    """Retired: the id of the system that took its place; empty without one."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody must know or do before the weights may be had. The name is `Entry.licence`."""

    url: str = ""
    gated: bool = False
    """The source wants to know who accepted its terms: it asks for a token."""
    accept: str = ""
    """What is accepted with the download, in one sentence; empty where nothing is asked."""
    remote_code: bool = False
    """It runs Python code of its own repository, in its worker, once that revision was allowed."""


@dataclass(frozen=True, slots=True)
class FileFact:
    """What is known of one file before it is here."""

    path: str
    repo: str
    """Empty where the system has one repository only."""
    size_bytes: int
    """0 when not known."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Memory:
    weights_gb: float
    """10^9 bytes of weights once loaded."""
    kv_kib_per_token: float = 0.0
    """What each token of a conversation takes besides; 0 when not known."""
    precision: str = ""

    @property
    def told(self) -> str:
        """In words, without a verb."""
        precision = f" in {self.precision}," if self.precision else ""
        tokens_gb = self.kv_kib_per_token * 1024 * 1000 / 1e9
        room = f"{tokens_gb:.1f} GB for 1,000 tokens" if tokens_gb else "room to work"
        return f"{self.weights_gb:g} GB{precision} and {room}"


@dataclass(frozen=True, slots=True)
class Limits:
    audio_s: float = 0.0
    """0 when not known."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Its part in "Mind the Gap! Static and Interactive Evaluations of Large Audio Models"."""

    name: str
    interactive: bool
    """Whether people voted on it there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One system of the catalogue, with what a researcher should know about it."""

    system: System
    label: str
    """For the researcher, and for the participant after the reveal."""
    kind: str
    baseline: bool
    licence: str
    terms: Terms = Terms()
    status: Status = Status()
    memory: Memory | None = None
    limits: Limits = Limits()
    paper: Paper | None = None
    files: tuple[FileFact, ...] = ()
    fetch: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Repository -> patterns of its files that are wanted; without one, the usual."""
    table: Mapping[str, Any] = field(default_factory=dict)
    """As it stands in its file."""
    own: bool = False
    """Somebody added it on this station."""
    file: Path = Path()
    ears: str = ""
    """The system whose recogniser it has, where it is in no catalogue itself."""

    @property
    def parts(self) -> Iterable[Part]:
        if self.system.recogniser is not None:
            yield self.system.recogniser
        yield self.system.responder

    @property
    def record(self) -> SystemRecord:
        """What is kept of the system; its fingerprint covers all that decides what it answers."""
        system = self.system
        return SystemRecord(
            system=system.id,
            version=system.version,
            label=self.label,
            baseline=self.baseline,
            licence=self.licence,
            parts=self.generator,
        )

    @property
    def generator(self) -> dict[str, Any]:
        """Everything that decides what it answers, without its name."""
        system = self.system
        return {
            "responder": _plain(system.responder),
            "recogniser": _plain(system.recogniser) if system.recogniser else None,
            "hypothesis": system.hypothesis,
            "system_prompt": system.system_prompt,
            "instruction": system.instruction,
            "settings": dict(system.settings),
        }


def _plain(part: Part) -> dict[str, Any]:
    return {"engine": part.engine, "model": dict(part.model)}
