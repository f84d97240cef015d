"""What getting a system takes, as the lines that somebody reads before agreeing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from desktop.amounts import size
from desktop.catalogue.entry import Entry
from desktop.getting.fetching import Plan, Wanted
from desktop.paths import Home
from desktop.plural import count
from engines.environment_maker import Plan as EnvironmentPlan
from ui.getting_state import Fact

_HUB = "https://huggingface.co"
_LARGEST_SHOWN = 6
_MB = 1_000_000

CODE_WARNING = (
    "It runs Python code of its own repository ({files}), in its worker. That code can do what you "
    "can do on this computer. Look at it, in this revision, before you allow it."
)
ALLOW_CODE = "Allow this revision’s code to run"
TOO_LITTLE_ROOM = "There is too little room for it on this disk. Make room, then look again."


def facts_of_plan(plan: Plan, entry: Entry, home: Home) -> tuple[Fact, ...]:
    """Licence and gating first, then what comes, then what it takes."""
    return (
        *_terms(plan, entry),
        *(
            _repository(wanted, "" if number else "From")
            for number, wanted in enumerate(plan.wanted)
        ),
        Fact("To fetch", f"{size(plan.missing_bytes)}{_begun(plan)}"),
        Fact("Free", _free(plan.free_bytes, home.models)),
        *_memory(entry),
    )


def code_files(plan: Plan) -> str:
    """Names of the Python files that would run."""
    names = [path for wanted in plan.code for path in wanted.told.files if path.endswith(".py")]
    return ", ".join(names) or "which brings it under other names"


def facts_of_environment(plan: EnvironmentPlan) -> tuple[Fact, ...]:
    """Pins, sizes and place."""
    pins = ", ".join(
        f"{pin.name} {pin.version}" + (f" ({pin.marker})" if pin.marker else "")
        for pin in plan.pins
    )
    torch = [Fact("torch", ", ".join(plan.own.torch), "as pip finds it for this machine")]
    return (
        Fact("Python", plan.own.wanted_python, str(plan.python)),
        *(torch if plan.own.torch else []),
        Fact("Packages", f"{count(len(plan.pins), 'package')}, pinned with their hashes", pins),
        Fact("To fetch", _download(plan)),
        Fact("On disk", f"about {size(plan.disk_mb * _MB)}{_with_cuda(plan)}"),
        Fact("Free", _free(plan.free_mb * _MB, plan.place.parent)),
    )


def facts_of_weights(places: Iterable[Path], held: Callable[[Path], int]) -> tuple[Fact, ...]:
    """What would be freed. What another system uses stays; the job says so when it is done."""
    return tuple(
        Fact("Link" if place.is_symlink() else "Weights", _held(place, held), str(place))
        for place in places
    )


def facts_of_made(engine: str, place: Path, held: Callable[[Path], int]) -> tuple[Fact, ...]:
    return (
        Fact("Environment", size(held(place)), str(place)),
        Fact("Then", f"No system of the engine {engine} runs until it is made again."),
    )


def _free(count_bytes: int, folder: Path) -> str:
    return f"{size(count_bytes)} on the disk that holds {folder}"


def _held(place: Path, held: Callable[[Path], int]) -> str:
    return f"to {place.resolve()}, which stays" if place.is_symlink() else size(held(place))


def _terms(plan: Plan, entry: Entry) -> Iterator[Fact]:
    told = dict.fromkeys(w.told.licence for w in plan.wanted if w.told.licence)
    notes = [entry.terms.url, f"as the hub names it: {', '.join(told)}" if told else ""]
    yield Fact("Licence", entry.licence, "\n".join(filter(None, notes)))
    if entry.terms.accept:
        yield Fact("You accept", f"{entry.terms.accept.rstrip('.')}, by fetching it.")
    gated = [wanted.source.repo for wanted in plan.wanted if wanted.told.gated]
    if gated:
        hub = os.environ.get("HF_ENDPOINT") or _HUB
        pages = " and ".join(f"{hub.rstrip('/')}/{repo}" for repo in gated)
        yield Fact(
            "Gated",
            "It comes only to an account that accepted its terms.",
            f"Sign in at {pages} and accept them, then set a token of that account here.",
        )


def _repository(wanted: Wanted, label: str) -> Fact:
    source, files = wanted.source, wanted.told.files
    by_size = sorted(files.items(), key=lambda item: -item[1].size_bytes)
    shown = [f"{path} {size(file.size_bytes)}" for path, file in by_size[:_LARGEST_SHOWN]]
    if rest := by_size[_LARGEST_SHOWN:]:
        small = sum(file.size_bytes for _, file in rest)
        shown.append(f"and {count(len(rest), 'smaller file')}, {size(small)}")
    lines = [f"revision {source.revision}", ", ".join(shown)]
    return Fact(label, f"{source.repo}, {size(wanted.total_bytes)}", "\n".join(lines))


def _begun(plan: Plan) -> str:
    begun = sum(wanted.begun_bytes for wanted in plan.wanted)
    return f"; {size(begun)} came before" if begun else ""


def _memory(entry: Entry) -> Iterator[Fact]:
    if entry.memory is not None:
        yield Fact("Memory", entry.memory.told)


def _download(plan: EnvironmentPlan) -> str:
    if plan.download_mb is None:
        return "nobody has measured how much"
    least, most = (size(mb * _MB) for mb in plan.download_mb)
    if least == most:
        return f"about {least}"
    return f"about {least} with torch for a CPU, up to {most} with CUDA (estimates)"


def _with_cuda(plan: EnvironmentPlan) -> str:
    return "; with CUDA some 6 GB more" if plan.own.torch else ""
