"""The repository keeps its shape: folders, sizes, locks, and no trace of whose machine made it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

FOLDERS_OF_CODE = {"desktop", "engines", "local_db", "ranker", "resources", "ui"}
OTHER_FOLDERS = {".ci", "docs", "tests"}
FILES = {
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "main.py",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements-local.lock",
    "requirements-readers.lock",
    "requirements.lock",
}
MAY_BE_LARGE = ("resources/", "docs/pictures/")
LARGEST_FILE_BYTES = 500_000
LONGEST_CODE_LINES = 400

# Written with a hole in each, so that this file does not match itself.
NOT_OF_THIS_PLACE = re.compile(
    r"(?<![\w.])/work/\w"  # the folder it was written in
    r"|/ro[o]t/|/o[p]t/"
    r"|pypi\.o[r]g|pythonhosted\.o[r]g|deb\.debian\.o[r]g|registry\.npm[j]s"
    r"|--extra-index-u[r]l|--find-l[i]nks"
)


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Every file the repository holds, as a path from its root."""
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive does not know what the repository holds")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_no_new_top_level_entry_escapes_the_contracts(tracked: list[str]) -> None:
    top = {name.split("/")[0] for name in tracked}
    assert top <= FOLDERS_OF_CODE | OTHER_FOLDERS | FILES


def test_the_contracts_know_every_folder_of_code(tracked: list[str]) -> None:
    with_code = {name.split("/")[0] for name in tracked if "/" in name and name.endswith(".py")}
    assert with_code - OTHER_FOLDERS == FOLDERS_OF_CODE
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == FOLDERS_OF_CODE


def test_the_contracts_see_every_file_of_code(tracked: list[str]) -> None:
    """import-linter passes by a folder that has no `__init__.py`."""
    folders = {
        parent
        for name in tracked
        if name.endswith(".py") and name.split("/")[0] in FOLDERS_OF_CODE
        for parent in Path(name).parents
        if parent != Path()
    }
    assert {f for f in folders if not (ROOT / f / "__init__.py").exists()} == set()


def test_what_draws_without_qt_is_under_strict_types(tracked: list[str]) -> None:
    without_qt = {
        name.removesuffix(".py").replace("/", ".")
        for name in tracked
        if name.startswith("ui/") and name.endswith(".py") and not name.endswith("__init__.py")
        if not re.search(r"^\s*(from|import) PySide6", (ROOT / name).read_text("utf-8"), re.M)
    }
    strict = [
        override["module"]
        for override in PROJECT["tool"]["mypy"]["overrides"]
        if override.get("ignore_errors") is False
    ]
    assert [set(modules) for modules in strict] == [without_qt]


def test_main_stays_too_small_to_hold_anything() -> None:
    assert len((ROOT / "main.py").read_text().splitlines()) < 15


def test_no_large_file(tracked: list[str]) -> None:
    large = {
        name: (ROOT / name).stat().st_size
        for name in tracked
        if not name.startswith(MAY_BE_LARGE) and (ROOT / name).stat().st_size > LARGEST_FILE_BYTES
    }
    assert large == {}


def test_no_file_of_code_is_too_long_to_do_one_thing(tracked: list[str]) -> None:
    lengths = {
        name: len((ROOT / name).read_text("utf-8").splitlines())
        for name in tracked
        if name.endswith(".py")
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_CODE_LINES} == {}


def test_nothing_of_this_machine_is_in_a_file(tracked: list[str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in tracked
        for number, line in enumerate((ROOT / name).read_bytes().splitlines(), 1)
        if NOT_OF_THIS_PLACE.search(line.decode("utf-8", "replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "cd /wor" + "k/main",
        "HOME=/ro" + "ot/x",
        "index-url = https://py" + "pi.org/simple",
        "--find-" + "links wheels",
    ],
)
def test_traces_of_a_machine_are_seen(line: str) -> None:
    assert NOT_OF_THIS_PLACE.search(line)


def test_every_make_command_in_the_docs_exists(tracked: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        f"{name}: {target}"
        for name in tracked
        if name.endswith(".md")
        for target in re.findall(
            r"(?:`|^    )make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE
        )
        if target not in targets
    }
    assert named == set()


# --- the locks


def read_lock(name: str) -> dict[str, list[tuple[str, int]]]:
    """{package: [(version, number of hashes), …]}; a package may be pinned once per Python."""
    packages: dict[str, list[tuple[str, int]]] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text()):
        pinned = re.match(r"([a-z0-9._-]+)==([^ ;\\]+)", entry)
        if pinned:
            hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))
            packages.setdefault(pinned[1], []).append((pinned[2], hashes))
    return packages


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", r)[0].lower().replace("_", "-") for r in requirements}


def test_locks_hold_what_the_project_names() -> None:
    run = names(PROJECT["project"]["dependencies"])
    assert run <= read_lock("requirements.lock").keys()
    extras, groups = PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]
    tests = run | names(groups["dev"] + extras["parquet"])
    assert tests <= read_lock("requirements-dev.lock").keys()
    assert names(groups["readers"]) <= read_lock("requirements-readers.lock").keys()


def test_locks_agree_with_each_other() -> None:
    run, tests = read_lock("requirements.lock"), read_lock("requirements-dev.lock")
    assert {name: tests.get(name) for name in run} == run


@pytest.mark.parametrize("name", sorted(file for file in FILES if file.endswith(".lock")))
def test_lock_has_a_hash_for_each_file_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    lock = read_lock(name)
    assert sum(map(len, lock.values())) == len(re.findall(r"^[^ #\n]", text, re.MULTILINE))
    assert [package for package, pins in lock.items() if not all(n for _, n in pins)] == []
    assert "://" not in text
    assert "--index" not in text
    assert not {"torch", "triton"} & lock.keys()


def test_lock_is_for_every_supported_python_and_system() -> None:
    """A universal resolution keeps what only another system needs, behind a marker."""
    text = (ROOT / "requirements-dev.lock").read_text()
    assert re.search(r"^colorama==.*sys_platform == 'win32'", text, re.MULTILINE)
