"""The direction of the data, checked by machine, and the check itself seen to fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINTER = ROOT / "pyproject.toml"
CONFIGURATION = tomllib.loads(LINTER.read_text())["tool"]["importlinter"]
FOLDERS: list[str] = CONFIGURATION["root_packages"]
CONTRACTS: list[str] = [contract["id"] for contract in CONFIGURATION["contracts"]]

PLANTED = [
    # (contract, file that a careless hand writes, what it imports)
    ("direction", "ui/planted.py", "engines.api"),
    ("direction", "ui/planted.py", "local_db"),
    ("direction", "ui/planted.py", "desktop"),
    ("direction", "engines/planted.py", "local_db"),
    ("direction", "engines/planted.py", "desktop"),
    ("direction", "local_db/planted.py", "ranker"),
    ("direction", "ranker/planted.py", "engines.api"),
    ("direction", "resources/planted.py", "ui.state"),
    ("resources", "engines/planted.py", "resources"),
    ("resources", "local_db/planted.py", "resources"),
    ("resources", "ranker/planted.py", "resources"),
    ("families", "desktop/planted.py", "engines.family.engine"),
    ("families", "desktop/cli/planted.py", "engines.family.engine"),
    ("families", "engines/planted.py", "engines.family.engine"),
    ("engines", "engines/skills/planted.py", "engines.eliza.engine"),
    ("engines", "engines/eliza/planted.py", "engines.pocketsphinx"),
    ("engines", "engines/hub/planted.py", "engines.echo.engine"),
    ("qt", "desktop/planted.py", "PySide6.QtWidgets"),
    ("qt", "engines/planted.py", "PySide6.QtCore"),
    ("qt", "ranker/planted.py", "shiboken6"),
    ("sql", "desktop/planted.py", "sqlite3"),
    ("sql", "ui/planted.py", "sqlite_utils"),
    ("sql", "ranker/planted.py", "apsw"),
    ("charts", "desktop/planted.py", "matplotlib.figure"),
    ("charts", "ranker/planted.py", "matplotlib"),
    ("sound", "desktop/planted.py", "sounddevice"),
    ("sound", "ui/planted.py", "soundfile"),
    ("sound", "engines/planted.py", "soxr"),
    ("models", "desktop/planted.py", "pocketsphinx"),
    ("models", "engines/planted.py", "nltk"),
    ("models", "engines/family/engine.py", "torch"),
    ("models", "ui/planted.py", "transformers"),
    ("models", "desktop/planted.py", "huggingface_hub"),
    ("models", "engines/echo/planted.py", "huggingface_hub"),
]


def lint_imports(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(
                sys.executable,
                "-c",
                "from importlinter.cli import lint_imports_command as lint; lint()",
            ),
            *("--config", str(LINTER), "--contract", contract, "--no-cache", "--no-logo"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def our_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folders' code, with one more engine that nobody imports."""
    copy = tmp_path_factory.mktemp("code")
    for folder in FOLDERS:
        for source in (ROOT / folder).rglob("*.py"):
            target = copy / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    family = copy / "engines" / "family"
    family.mkdir()
    (family / "__init__.py").touch()
    (family / "engine.py").touch()
    return copy


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_is_kept(contract: str, our_code: Path) -> None:
    outcome = lint_imports(our_code, contract)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "1 kept, 0 broken" in outcome.stdout


@pytest.mark.parametrize(("contract", "file", "module"), PLANTED)
def test_contract_sees_a_planted_import(
    contract: str, file: str, module: str, our_code: Path
) -> None:
    planted = our_code / file
    before = planted.read_text() if planted.exists() else None
    try:
        planted.write_text(f"def later() -> None:\n    import {module}\n")
        outcome = lint_imports(our_code, contract)
    finally:
        if before is None:
            planted.unlink()
        else:
            planted.write_text(before)
    assert outcome.returncode == 1
    assert "0 kept, 1 broken" in outcome.stdout, outcome.stdout + outcome.stderr
    assert file.removesuffix(".py").replace("/", ".") in outcome.stdout.replace("\n", "")


def test_every_contract_was_seen_red() -> None:
    assert {contract for contract, _, _ in PLANTED} == set(CONTRACTS)
