"""Which weights really answered: their sums, and a name that changes when they do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from engines.api import Progress, Settings
from engines.errors import EngineError, ErrorKind
from engines.transformers.checkpoint import Checkpoint
from engines.weights import digests


def weight_digests(checkpoints: list[Checkpoint], progress: Progress) -> dict[str, str]:
    """`folder/file` → SHA-256.

    With the folder's name, because the parts of a system often call their files alike.
    Raises EngineError (`needs_download`) for a file that cannot be read.
    """
    found: dict[str, str] = {}
    for number, checkpoint in enumerate(checkpoints):

        def share(done: float, number: int = number) -> None:
            progress("checking the weights", (number + done) / len(checkpoints))

        try:
            sums = digests(checkpoint.weights, progress=share)
        except OSError as error:
            raise EngineError(
                ErrorKind.NEEDS_DOWNLOAD, f"The weights cannot be read: {error}."
            ) from error
        folder = checkpoint.folder.resolve().name
        found |= {f"{folder}/{file.name}": digest for file, digest in sums.items()}
    return found


def model_version(checkpoint: Checkpoint, model: Settings, sums: Mapping[str, str]) -> str:
    """`repo@revision` of what was fetched, else the folder's name and twelve digits of its sums."""
    if checkpoint.revision and "path" not in model:
        return f"{model['repo']}@{checkpoint.revision}"
    together = "".join(sorted(sums.values()))  # wherever the folder lies
    return (
        f"{checkpoint.folder.resolve().name} {hashlib.sha256(together.encode()).hexdigest()[:12]}"
    )
