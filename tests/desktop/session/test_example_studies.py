"""The example studies can be run as they are, and the full one leaves nothing out."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.paths import Home
from desktop.session.reason_recogniser import DICTATIONS, reason_recogniser
from desktop.session.study import load_study
from desktop.session.study_parts import Design, Showing, Voting
from desktop.session.study_turns import Turns, require_ears_for_turns
from engines.pool import Pool
from engines.registry import engines_at

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "docs" / "examples" / "study").glob("*.toml"))
WHOLE = ROOT / "docs" / "examples" / "study" / "everything.toml"
TABLES = {"design": Design, "show": Showing, "vote": Voting, "turns": Turns}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_study_can_be_used_on_a_fresh_machine(file: Path, tmp_path: Path) -> None:
    study, home = load_study(file), Home(tmp_path)
    entries = read_catalogue(home)
    systems = [entries[name].system for name in study.systems]
    require_ears_for_turns("", study.turns, systems, engines_at(home.places))
    with Pool(systems) as pool:
        dictation = reason_recogniser(study, entries, pool)
    assert dictation is not None
    assert dictation.hypothesis in DICTATIONS


def test_the_full_example_sets_every_key() -> None:
    values = tomllib.loads(WHOLE.read_text("utf-8"))
    for table, part in TABLES.items():
        assert set(values[table]) == {one.name for one in fields(part)}
    rows = re.findall(r"(?m)^\| (`.*?) \|", (ROOT / "docs/study.md").read_text("utf-8"))
    told = [name.rpartition(".")[2] for row in rows for name in re.findall(r"`([\w.]+)`", row)]
    keys = [key for key, value in values.items() if not isinstance(value, dict)]
    keys += [key for value in values.values() if isinstance(value, dict) for key in value]
    assert [key for key in keys if key not in told] == []
    named = set(told[: told.index("reason_recogniser") + 1])  # the first table of that page
    assert named <= set(keys)


def test_the_full_example_says_what_the_participant_sees() -> None:
    said = re.search(r"the participant sees (.*) = (\d+)", WHOLE.read_text("utf-8"))
    assert said is not None
    assert sum(map(int, said[1].split(" + "))) == int(said[2])
    assert int(said[2]) == load_study(WHOLE).session_length
