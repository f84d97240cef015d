"""Environments of engines' own, in words: what would be fetched, how much, and where it goes."""

from __future__ import annotations

from pathlib import Path

from desktop.errors import UsageProblem
from desktop.paths import Home
from engines.environment_maker import Plan, plan
from engines.registry import EngineInfo, engines_at


def engine_of(home: Home, name: str) -> EngineInfo:
    """An engine that has, or could have, an environment of its own. Raises UsageProblem."""
    engines = engines_at(home.places)
    if name in engines:
        return engines[name]
    known = ", ".join(n for n, info in engines.items() if info.own is not None)
    raise UsageProblem(f"There is no engine {name!r}.", f"With environments of their own: {known}.")


def plan_of(home: Home, name: str, python: Path | None = None) -> Plan:
    """What making it would bring. Raises UsageProblem or EngineError; fetches nothing."""
    return plan(engine_of(home, name), home.environments, python)


def plan_lines(planned: Plan) -> list[str]:
    """For a person who is about to say yes."""
    pins = [f"{p.name}=={p.version}" + (f" ; {p.marker}" if p.marker else "") for p in planned.pins]
    return [
        f"Environment of the engine {planned.engine}, with Python {planned.own.wanted_python} "
        f"({planned.python})",
        *(
            f"  {requirement}, as pip finds it for this machine"
            for requirement in planned.own.torch
        ),
        *(f"  {pin}" for pin in pins),
        f"Download: {_download(planned)}",
        f"On disk: about {planned.disk_mb} MB{' (with CUDA some 6 GB more)' * _torch(planned)}; "
        f"{planned.free_mb} MB are free",
        f"Place: {planned.place}",
    ]


def plan_json(planned: Plan) -> dict[str, object]:
    """For programs."""
    return {
        "engine": planned.engine,
        "python": str(planned.python),
        "torch": list(planned.own.torch),
        "pins": [{"name": p.name, "version": p.version, "marker": p.marker} for p in planned.pins],
        "download_mb": planned.download_mb,
        "disk_mb": planned.disk_mb,
        "free_mb": planned.free_mb,
        "place": str(planned.place),
        "made": planned.is_made(),
    }


def _torch(planned: Plan) -> bool:
    return bool(planned.own.torch)


def _download(planned: Plan) -> str:
    if planned.download_mb is None:
        return "nobody has measured how much"
    least, most = planned.download_mb
    if least == most:
        return f"about {least} MB"
    return f"about {least} MB with torch for a CPU, up to {most} MB with CUDA (estimates)"
