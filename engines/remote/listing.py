"""Which models a server has, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engines.api import Probe
from engines.errors import EngineError, ErrorKind

_NAMED = 20  # models that a sentence names; `choices` holds all


@dataclass(frozen=True, slots=True)
class Listed:
    id: str
    ends: date | None = None
    """When the server says that it will be shut down."""


def read_date(text: object) -> date | None:
    """The day of an ISO date or time; None for anything else."""
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def no_such_model(model: str, listed: Sequence[Listed], server: str) -> EngineError:
    """`model` is empty where the table names none."""
    names = [one.id for one in listed]
    has = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    offers = f"It has: {has}." if names else "It lists none."
    what = f"{server} has no model {model!r}." if model else f"Name a model of {server}."
    return EngineError(ErrorKind.INTERNAL, f"{what} {offers}", {"choices": names})


def warning_of(listed: Listed, server: str, today: date | None = None) -> str:
    """A sentence on a model whose end is known; empty without one.

    Raises EngineError (`model_retired`) when the day has come.
    """
    if listed.ends is None:
        return ""
    if listed.ends <= (today or datetime.now(UTC).date()):
        sentence = f"{server} shut {listed.id} down on {listed.ends}. Choose its successor."
        raise EngineError(ErrorKind.MODEL_RETIRED, sentence)
    return f"{server} will shut {listed.id} down on {listed.ends}."


def unready(error: EngineError, device: str) -> Probe:
    """The probe that an error at looking makes. A key that a server refused is not missing."""
    choices = error.data.get("choices", ())
    refused = "status" in error.data
    return Probe(
        ok=False,
        missing=("key",) if error.kind is ErrorKind.NEEDS_KEY and not refused else (),
        reason=error.researcher,
        lacks=str(error.kind),
        device=device,
        choices=tuple(choices),
    )
