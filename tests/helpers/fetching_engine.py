"""An engine of a test's own that brings its weights itself, from a folder beside it.

What lies in `<engines>/carrier/store` comes, slowly where `store/.slow` says so. It misbehaves as
`store/.wrong` says. Its revision is COMMIT.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from engines.registry import EngineInfo, find_engines

COMMIT = "0123456789abcdef0123456789abcdef01234567"

_MANIFEST = """
name = "carrier"
roles = ["responder", "fetcher"]
summary = "Written by a test."
install = "Nothing to install."
needs = []
"""

_CODE = """
import hashlib, os, sys, time
from pathlib import Path
from engines.api import Fetched, FetchedFile, Finished, Loaded, Probe
from engines.model_files import locate

STORE = Path(__file__).with_name("store")
COMMIT = "0123456789abcdef0123456789abcdef01234567"

class Engine:
    def probe(self, model):
        locate(model)
        return Probe(ok=True, memory_bytes=19_200_000_000, free_bytes=11_000_000_000, device="cpu")

    def load(self, model, progress):
        locate(model)
        return Loaded(model_version="carrier 1")

    def unload(self):
        pass

    def respond(self, prompt, cancelled):
        yield "hello"
        return Finished()

    def fetch(self, model, folder, progress, cancelled):
        wrong = (STORE / ".wrong").read_text() if (STORE / ".wrong").exists() else ""
        if wrong == "talks":
            print("asked with", os.environ.get("HF_TOKEN"), file=sys.stderr, flush=True)
        slow = (STORE / ".slow").exists()
        (STORE / ".fetcher").write_text(str(os.getpid()))
        names = sorted(p.name for p in STORE.iterdir() if not p.name.startswith("."))
        size = 10**16 if wrong == "huge" else None
        files = {n: FetchedFile(size or (STORE / n).stat().st_size) for n in names}
        for number, name in enumerate(names if folder else ()):
            content = (STORE / name).read_bytes()
            for begin in range(0, len(content), 1000):
                with (folder / (name + ".begun")).open("ab") as file:
                    file.write(content[begin : begin + 1000])
                progress(name, (number + begin / len(content)) / len(names))
                while slow and not cancelled():
                    time.sleep(0.01)
                if cancelled():
                    return Fetched(COMMIT, files)
            if wrong == "absent":
                continue
            (folder / (name + ".begun")).rename(folder / name)
            if wrong == "untold":
                del files[name]
                continue
            files[name] = FetchedFile(len(content), hashlib.sha256(content).hexdigest())
        revision = "f" * 40 if wrong == "other" and folder else COMMIT
        return Fetched("main" if wrong == "unpinned" else revision, files, licence="mit")
"""


def carrier(folder: Path, store: Mapping[str, bytes]) -> dict[str, EngineInfo]:
    """Make it in `folder`, and find it there."""
    home = folder / "carrier"
    (home / "store").mkdir(parents=True)
    (home / "engine.toml").write_text(_MANIFEST)
    (home / "engine.py").write_text(textwrap.dedent(_CODE))
    for name, content in store.items():
        (home / "store" / name).write_bytes(content)
    engines = find_engines(folder)
    assert not engines["carrier"].problem
    return engines
