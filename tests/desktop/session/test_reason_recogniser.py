"""Who writes spoken reasons down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.known_systems import KnownSystems
from desktop.errors import CatalogueProblem, StudyProblem
from desktop.paths import Home
from desktop.session.reason_recogniser import Dictation, reason_recogniser
from desktop.session.study import Study, load_study
from engines.api import Part, System
from engines.pool import Pool
from tests.helpers.rehearsal import STUDY, echo_entry

FAR = Part("openai_compatible", {"base_url": "http://192.0.2.1/v1", "name": "whisper"})


def entry(id_: str, recogniser: Part | None, hypothesis: str):
    shown = echo_entry(id_)
    system = System(
        id=id_,
        version="1",
        responder=shown.system.responder,
        recogniser=recogniser,
        hypothesis=hypothesis,
    )
    return replace(shown, system=system)


CATALOGUE = {
    one.system.id: one
    for one in (
        entry("lam", None, ""),
        entry("grammar", Part("pocketsphinx", {}), "skills"),
        entry("far", FAR, "transcript"),
        entry("whisper", Part("transformers", {"path": "w"}), "transcript"),
        entry("other", Part("echo", {}), "its-own"),
    )
}


def study(tmp_path: Path, systems: str, vote: str = "") -> Study:
    file = tmp_path / "study.toml"
    quoted = ", ".join(f'"{name}"' for name in systems.split())
    tables = f"[vote]\n{vote}"
    form = STUDY.format(systems=quoted, battles=1, time_limit_s=9, reveal="never", tables=tables)
    file.write_text(form)
    return load_study(file)


def chosen(tmp_path: Path, systems: str, named: str = "") -> Dictation | None:
    asked = study(tmp_path, systems, f'reason_recogniser = "{named}"' if named else "")
    entries = KnownSystems(Home(tmp_path / "home"), CATALOGUE).of_study(asked)
    with Pool(one.system for one in entries.values()) as pool:
        return reason_recogniser(asked, entries, pool)


@pytest.mark.parametrize(
    ("systems", "named", "engine", "hypothesis"),
    [
        ("lam whisper", "", "transformers", "transcript"),
        ("far whisper", "", "transformers", "transcript"),
        ("lam far", "whisper", "transformers", "transcript"),
        ("lam whisper", "other", "echo", "its-own"),
    ],
)
def test_the_named_one_hears_or_the_first_that_takes_dictation_here(
    tmp_path: Path, systems: str, named: str, engine: str, hypothesis: str
) -> None:
    found = chosen(tmp_path, systems, named)
    assert found is not None
    assert (found.recogniser.engine, found.hypothesis) == (engine, hypothesis)


@pytest.mark.parametrize("systems", ["lam grammar", "lam far", "far grammar"])
def test_where_none_would_do_reasons_are_typed(tmp_path: Path, systems: str) -> None:
    assert chosen(tmp_path, systems) is None


@pytest.mark.parametrize(
    ("named", "kind", "said"),
    [
        ("lam", StudyProblem, "has no recogniser"),
        ("far", StudyProblem, "to another machine"),
        ("nobody", CatalogueProblem, "names nobody"),
    ],
)
def test_an_unfit_one_is_refused_in_a_sentence(
    tmp_path: Path, named: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said):
        chosen(tmp_path, "lam whisper", named)


def test_a_study_of_unfit_ones_does_not_open(rehearse) -> None:
    with pytest.raises(StudyProblem, match="has no recogniser"):
        rehearse({"lam": {}, "other": {}}, catalogue=CATALOGUE, vote='reason_recogniser = "lam"')
