"""What the Systems page says of engines that are there, are not, or do not work: real folders."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.pages.systems_desk import check_systems, list_systems
from engines.pool import Pool
from engines.registry import find_engines
from ui.state import Availability, SystemRow

MANIFEST = """
name = "{name}"
roles = ["responder", "recogniser"]
summary = "An engine of {name}."
install = "get {name}"
{more}
"""
ENGINE = """
from engines.api import Probe

class Engine:
    def probe(self, model):
        {probe}
"""
CAN_RUN = "return Probe(ok=True)"
SYSTEM = """
[[system]]
id = "{id}"
version = "2"
label = "A system"
kind = "a test"
licence = {{ name = "MIT" }}
responder = {{ engine = "{mouth}" }}
"""
EARS = 'recogniser = {{ engine = "{ears}" }}\nhypothesis = "heard"\n'
NEEDS = 'needs = [{ module = "no_such_module", distribution = "no-such-package" }]'


def engine(folder: Path, name: str, probe: str = CAN_RUN, more: str = "") -> None:
    """A folder as an engine's author would make it."""
    home = folder / name
    home.mkdir(parents=True)
    (home / "engine.toml").write_text(MANIFEST.format(name=name, more=more))
    (home / "engine.py").write_text(textwrap.dedent(ENGINE).format(probe=probe))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "engines"


def catalogue(folder: Path, *parts: tuple[str, str]) -> dict[str, Entry]:
    """Systems of a responder and, unless that is "", a recogniser, read from a file."""
    shelf = folder.parent / "catalogue"
    shelf.mkdir()
    with (shelf / "systems.toml").open("w", encoding="utf-8") as file:
        for mouth, ears in parts:
            file.write(SYSTEM.format(id=f"{mouth}-system", mouth=mouth))
            file.write(EARS.format(ears=ears) if ears else "")
    return read_catalogue(shipped=shelf)


def looked(folder: Path, responder: str, recogniser: str = "") -> tuple[SystemRow, SystemRow]:
    """The row before anything was started, and the one after every engine was asked."""
    known, engines = catalogue(folder, (responder, recogniser)), find_engines(folder)
    (listed,) = list_systems(known, engines=engines)
    (checked,) = check_systems(known, engines=engines)
    return listed, checked


def test_a_system_whose_engines_can_run_is_ready(folder: Path) -> None:
    engine(folder, "mouth")
    engine(folder, "ears")
    listed, checked = looked(folder, "mouth", "ears")
    assert listed == checked
    assert (listed.availability, listed.status_text) == (Availability.READY, "ready")
    assert (listed.detail, listed.how_to_get) == ("Version 2. Licence: MIT.", "")


@pytest.mark.parametrize("absent", ["mouth", "ears"])
def test_a_system_whose_engine_is_not_there_is_missing_and_names_it(
    folder: Path, absent: str
) -> None:
    engine(folder, {"mouth": "ears", "ears": "mouth"}[absent])
    listed, checked = looked(folder, "mouth", "ears")
    assert listed == checked
    assert (listed.availability, listed.status_text) == (Availability.MISSING, "missing")
    assert listed.detail == f"It needs the engine “{absent}”, which this copy of Earshot lacks."


def test_a_package_that_is_not_installed_is_missing_and_says_how_to_get_it(folder: Path) -> None:
    engine(folder, "mouth", more=NEEDS)
    listed, checked = looked(folder, "mouth")
    assert listed == checked
    assert (listed.availability, listed.status_text) == (Availability.MISSING, "missing")
    assert (listed.detail, listed.how_to_get) == ("An engine of mouth.", "get mouth")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("name =", "engine.toml cannot be used"),
        ('colour = "red"', "unknown key 'colour'"),
        ('needs = "a lot"', "'needs' must be a list of tables"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_an_engine_that_does_not_work(
    folder: Path, more: str, problem: str
) -> None:
    engine(folder, "mouth", more=more)
    listed, checked = looked(folder, "mouth")
    assert listed == checked
    assert (listed.availability, listed.how_to_get) == (Availability.BROKEN, "")
    assert problem in listed.detail


def test_what_only_the_engine_knows_to_be_missing_is_told_once_it_was_asked(folder: Path) -> None:
    engine(folder, "ears")
    lacks = 'return Probe(ok=False, missing=("weights.bin",), reason="No weights here.")'
    engine(folder, "mouth", lacks)
    listed, checked = looked(folder, "mouth", "ears")
    assert listed.availability is Availability.READY
    assert (checked.availability, checked.status_text) == (Availability.MISSING, "missing")
    assert checked.detail == "No weights here. Missing: weights.bin."
    assert checked.how_to_get == "get ears; get mouth"


def test_a_reason_that_names_no_package_stands_alone(folder: Path) -> None:
    engine(folder, "mouth", 'return Probe(ok=False, reason="This needs a graphics card.")')
    _, checked = looked(folder, "mouth")
    assert checked.availability is Availability.MISSING
    assert checked.detail == "This needs a graphics card."


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        ("raise ValueError('out of tune')", "out of tune"),
        ("import os; os._exit(3)", "exit code 3"),
        ("return 7", "AttributeError"),
    ],
    ids=["raises", "dies", "nonsense"],
)
def test_an_engine_that_fails_when_asked_does_not_work(folder: Path, probe: str, said: str) -> None:
    engine(folder, "mouth", probe)
    listed, checked = looked(folder, "mouth")
    assert listed.availability is Availability.READY
    assert (checked.availability, checked.status_text) == (Availability.BROKEN, "does not work")
    assert said in checked.detail
    assert checked.how_to_get == ""


def test_one_that_does_not_work_takes_no_other_with_it(folder: Path) -> None:
    engine(folder, "bad", "import os; os._exit(3)")
    engine(folder, "good")
    known, engines = catalogue(folder, ("bad", ""), ("good", "")), find_engines(folder)
    with Pool([entry.system for entry in known.values()], engines=engines) as pool:
        rows = check_systems(known, pool, engines=engines)
    assert [row.availability for row in rows] == [Availability.BROKEN, Availability.READY]
