"""Generation settings: one vocabulary for every engine that samples tokens.

    max_new_tokens      whole number, 1 or more; 512 unless said
    temperature         0 (unless said) takes the likeliest token each time; above it samples
    top_p               share in (0, 1]; 1 unless said
    top_k               whole number; 0 unless said: no limit
    repetition_penalty  above 0; 1 unless said

An engine passes on what its library calls these. What it does not know is refused rather than
ignored: the settings are stored with every answer as what it was made with.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from engines.api import Settings
from engines.errors import EngineError, ErrorKind

NAMES = ("max_new_tokens", "temperature", "top_p", "top_k", "repetition_penalty")


@dataclass(frozen=True, slots=True)
class Generation:
    max_new_tokens: int = 512
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0

    @property
    def samples(self) -> bool:
        """False where the likeliest token is taken each time."""
        return self.temperature > 0

    def as_transformers_says(self) -> dict[str, Any]:
        """The same for a `generate` of transformers, of any version."""
        options: dict[str, Any] = {
            "max_new_tokens": self.max_new_tokens,
            "do_sample": self.samples,
            "repetition_penalty": self.repetition_penalty,
        }
        if self.samples:
            options |= {"temperature": self.temperature, "top_p": self.top_p, "top_k": self.top_k}
        return options


def read_generation(settings: Settings, others: Collection[str] = ()) -> Generation:
    """Check `settings`; `others` are those that the engine reads itself.

    Raises EngineError (`internal`) for a setting that is unknown or out of its range.
    """
    unknown = sorted(set(settings) - set(NAMES) - set(others))
    if unknown:
        known = ", ".join((*NAMES, *sorted(others)))
        sentence = f"There is no generation setting {unknown[0]!r}. Known are: {known}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    default = Generation()
    return Generation(
        max_new_tokens=int(
            _number(settings, "max_new_tokens", default.max_new_tokens, 1, whole=True)
        ),
        temperature=_number(settings, "temperature", default.temperature, 0),
        top_p=_number(settings, "top_p", default.top_p, 0, most=1, above=True),
        top_k=int(_number(settings, "top_k", default.top_k, 0, whole=True)),
        repetition_penalty=_number(
            settings, "repetition_penalty", default.repetition_penalty, 0, above=True
        ),
    )


def _number(
    settings: Settings,
    name: str,
    default: float,
    least: float,
    *,
    most: float = 1e6,
    above: bool = False,
    whole: bool = False,
) -> float:
    value = settings.get(name, default)
    right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not right or not least <= value <= most or (above and value == least):
        raise EngineError(ErrorKind.INTERNAL, f"The setting {name!r} cannot be {value!r}.")
    return float(value)
