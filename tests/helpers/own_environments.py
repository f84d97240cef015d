"""Engines with an environment of their own, made of a wheel that a test writes: no network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from engines.registry import EngineInfo, read_manifest

_MANIFEST = """
name = "{name}"
roles = ["responder"]
summary = "Written by a test."
install = "Nothing to install."
needs = [{{ module = "tiny_thing", distribution = "tiny-thing" }}]
own_environment = "requirements.lock"
{more}
"""
_ENGINE = """
from engines.api import Finished, Loaded, Probe

class Engine:
    def probe(self, model):
        return Probe(ok=True)
    def load(self, model, progress):
        import tiny_thing
        return Loaded(model_version=tiny_thing.WORD)
    def unload(self):
        pass
    def respond(self, prompt, cancelled):
        import sys, tiny_thing
        yield f"{tiny_thing.WORD} in {sys.prefix}"
        return Finished()
"""


def write_wheel(folder: Path, word: str = "hello") -> str:
    """`tiny-thing 1.0`, whose one module has a `WORD`. Returns the SHA-256 of the file."""
    content = {
        "tiny_thing.py": f"WORD = {word!r}\n",
        "tiny_thing-1.0.dist-info/METADATA": (
            "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n"
        ),
        "tiny_thing-1.0.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = "".join(f"{name},{_record(text)}\n" for name, text in content.items())
    content["tiny_thing-1.0.dist-info/RECORD"] = f"{record}tiny_thing-1.0.dist-info/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tiny_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in content.items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_engine(
    folder: Path, digest: str, environments: Path, *, name: str = "lonely", more: str = ""
) -> EngineInfo:
    """An engine below `folder` whose lock names `tiny-thing` with that SHA-256."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    (home / "engine.toml").write_text(_MANIFEST.format(name=name, more=more))
    (home / "engine.py").write_text(_ENGINE)
    (home / "requirements.lock").write_text(
        f"# Download: about 1 MB\ntiny-thing==1.0 \\\n    --hash=sha256:{digest}\n"
    )
    info = read_manifest(home / "engine.toml", environments)
    assert not info.problem, info.problem
    return info


def only_from(wheels: Path, patch: pytest.MonkeyPatch) -> None:
    """Let pip find packages nowhere but in that folder."""
    patch.setenv("PIP_CONFIG_FILE", "/dev/null")
    patch.setenv("PIP_NO_INDEX", "1")
    patch.setenv("PIP_" + "FIND_LINKS", str(wheels))  # in two: test_layout looks for the option


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
    return f"sha256={digest.decode()},{len(text)}"
