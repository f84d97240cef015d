"""What a session writes down of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from desktop.catalogue.catalogue import read_catalogue
from desktop.paths import Home
from desktop.session.ledger import Ledger
from desktop.session.plan import draw_plan, plan_of
from desktop.session.study import EVERYDAY, Reveal, load_study
from desktop.session.study_parts import Design, Sampler
from tests.helpers.voting import open_test_store


def test_a_session_keeps_how_its_battles_were_made(tmp_path: Path) -> None:
    everyday = load_study(EVERYDAY)
    study = replace(everyday, reveal=Reveal.NEVER, design=Design(sampler=Sampler.UNIFORM, gold=2))
    with open_test_store(tmp_path) as store:
        ledger = Ledger(store, study, read_catalogue(Home(tmp_path)), tmp_path / "takes")
        plan = draw_plan(study.design, 2, seed=7)
        ledger.begin_session(seed=7, plan=plan)
        (settings,) = store.reader._connection.execute("SELECT settings FROM session").fetchone()
    kept = json.loads(settings)
    assert kept["reveal"] == "never"
    assert kept["design"]["sampler"] == "uniform"
    assert kept["design"]["gold"] == 2
    assert kept["show"]["identity"] == "flag"
    assert plan_of(kept, 0) == plan
    del kept["plan"]
    assert kept == json.loads(json.dumps(study.settings))
