"""Which model of a server is meant where somebody gave an address and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.errors import EarshotError, UsageProblem
from desktop.keys.vault import system_keys
from desktop.paths import Home
from engines.api import Part
from engines.errors import EngineError, ErrorKind
from engines.pool import Pool

ENGINE = "openai_compatible"
_ADVICE = "Say it with --model NAME."
_NAMED = 20


def model_served(table: Mapping[str, Any], home: Home) -> str:
    """The only model that a server lists; `table` is what the engine is told of it.

    Takes seconds. Raises UsageProblem that names the models where there are several or none,
    EarshotError where the server does not answer.
    """
    with Pool([], keys=system_keys(), places=home.places) as pool:
        try:
            probe = pool.probe(Part(ENGINE, dict(table))).result()
        except EngineError as error:
            raise EarshotError(error.sentence, error.advice) from error
    if len(probe.choices) == 1:
        return probe.choices[0]
    if probe.choices:
        more = " …" if len(probe.choices) > _NAMED else ""
        has = f"{', '.join(probe.choices[:_NAMED])}{more}"
        raise UsageProblem(f"Which model of that server? It has: {has}.", _ADVICE)
    if probe.lacks in {"", ErrorKind.INTERNAL}:
        raise UsageProblem(f"Which model of that server? {probe.reason}", _ADVICE)
    raise EarshotError(probe.reason)
