"""The one worker that may fetch weights: a fetcher over the hub's own client.

A model names `repo` and `revision` (empty: the newest, which the answer then pins), and

    allow     patterns of the files that are wanted (`engines.hub.listing`)
    must      paths that have to be among them; optional
    sha256    {path: SHA-256}, what somebody else says the sums are; optional

The hub is that of `HF_ENDPOINT`. A token comes from `HF_TOKEN`, which holds what the shell or the
keyring gave to whoever started this worker, else from where `hf auth login` left it.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from engines.api import Cancelled, Fetched, FetchedFile, Loaded, Probe, Progress, Settings
from engines.hub.progress import Told

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "0",  # every other worker is offline
    "TRANSFORMERS_OFFLINE": "0",
    "HF_HUB_DISABLE_XET": "1",  # writes where it likes: what it broke off could not be gone on with
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


class Engine:
    """A fetcher. `load` has nothing to hold; it says which client would fetch."""

    def probe(self, model: Settings) -> Probe:
        del model
        if importlib.util.find_spec("huggingface_hub") is None:
            sentence = "The package huggingface_hub is not installed."
            return Probe(False, ("huggingface_hub",), sentence, lacks="needs_package")
        return Probe(ok=True)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        del model
        progress("reading the hub's client", None)
        os.environ.update(_ENVIRONMENT)
        import huggingface_hub

        return Loaded(model_version=f"huggingface_hub {huggingface_hub.__version__}")

    def unload(self) -> None:
        """Nothing is held."""

    def fetch(
        self, model: Settings, folder: Path | None, progress: Progress, cancelled: Cancelled
    ) -> Fetched:
        """Once `cancelled`, what it returns means nothing.

        Raises EngineError: `gated`, `network`, `needs_key`, `rate_limited`, or `internal` for
        what the hub does not have, a sum that is wrong twice, and a disk that is full.
        """
        os.environ.update(_ENVIRONMENT)  # read when the client is imported, which is next
        from engines.hub.listing import read_order, what_is_wanted
        from engines.hub.transfer import Transfer

        order = read_order(model)
        found = what_is_wanted(order)
        files = {w.path: FetchedFile(w.size_bytes, w.sha256) for w in found.wanted}
        if folder is not None:
            told = Told(progress, sum(w.size_bytes for w in found.wanted))
            transfer = Transfer(order.repo, found.revision, folder, told, cancelled)
            for wanted in found.wanted:
                brought = transfer.bring(wanted)
                if brought is None:
                    break
                files[wanted.path] = brought
        return Fetched(found.revision, files, found.licence, found.gated)
