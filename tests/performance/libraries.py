"""Whether the model libraries are here: benches that need them say so instead of failing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

from tests.performance.figure import NotMeasured

ALL = ("torch", "transformers", "whisper", "llama_cpp", "gguf")


def require(modules: Iterable[str] = ALL) -> None:
    """Raises NotMeasured."""
    if missing := [name for name in modules if importlib.util.find_spec(name) is None]:
        raise NotMeasured(
            f"the model libraries are not installed here ({', '.join(missing)}). "
            "`make setup-local` brings them."
        )
