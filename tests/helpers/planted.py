"""Simulated votes on five systems of known strength, through a real store and a real export."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from local_db import records
from local_db.export import ExportSummary, export
from tests.helpers.voting import Sitting, open_test_store

BEST_FIRST = ("delta", "alpha", "echo", "bravo", "charlie")
"""Not in the order of their names, so that no sorting passes for a ranking."""
STRENGTHS = dict(zip(BEST_FIRST, (1.2, 0.6, 0.0, -0.6, -1.2), strict=True))
TIED, BOTH_BAD = 0.15, 0.10
PEOPLE = 20

_FORMS = ("{}", "**{}**", "# {}", "- {}\n- or so", "1. {}\n2. __I think__")


def planted_export(
    folder: Path, n: int, *, dialects: Sequence[str], markdown: bool = True, takes: bool = False
) -> ExportSummary:
    """`folder / "export"`, of a station with `n` simulated votes and a few battles of each kind
    that does not count."""
    choose = random.Random(20261129)
    with open_test_store(folder) as store:
        with store.action():
            systems = {name: store.record_system(_system(name)) for name in BEST_FIRST}
        sittings = [Sitting(store, folder / "takes", simulated=True) for _ in range(PEOPLE)]
        pairs = list(combinations(BEST_FIRST, 2))
        with store.action():  # one for all: a disk needs its time for each
            for nth in range(n):
                a, b = choose.sample(pairs[nth % len(pairs)], 2)
                sitting = sittings[nth % PEOPLE]
                battle = sitting.open_battle(a=systems[a], b=systems[b])
                turn = sitting.add_turn(battle)
                for slot, name in (("a", a), ("b", b)):
                    text = _answer(choose, markdown)
                    sitting.add_answer(turn, slot, fingerprint=systems[name], text=text)
                sitting.vote(battle, _choice(choose, STRENGTHS[a] - STRENGTHS[b]))
        _that_do_not_count(sittings[0], systems)
        return export(
            store.path,
            folder / "takes",
            folder / "export",
            include_takes=takes,
            dialects=dialects,
            simulated_in_dialects=True,
        )


LEFT_OUT = {"cannot judge": 1, "kind practice": 2, "kind same_text": 1, "state skipped": 1}
"""What `_that_do_not_count` adds."""


def _that_do_not_count(sitting: Sitting, systems: dict[str, str]) -> None:
    store = sitting.store
    sitting.voted_battle("cannot_judge")
    store.end_battle(sitting.ready_battle(), "skipped", "the participant went on")
    for kind in ("practice", "practice", "same_text"):
        with store.action():
            # As if the worst had won: a ranking that counts these is wrong.
            battle = sitting.open_battle(a=systems["charlie"], b=systems["delta"], kind=kind)
            turn = sitting.add_turn(battle)
            sitting.add_answer(turn, "a", fingerprint=systems["charlie"])
            sitting.add_answer(turn, "b", fingerprint=systems["delta"])
            sitting.vote(battle, "a")


def _answer(choose: random.Random, markdown: bool) -> str:
    """Length and form are chance, and no system's own: so style control changes no rank."""
    words = " ".join(["Bangkok"] * choose.randint(1, 12))
    return choose.choice(_FORMS).format(words) if markdown else words


def _choice(choose: random.Random, difference: float) -> records.Choice:
    kind = choose.random()
    if kind < TIED:
        return "tie"
    if kind < TIED + BOTH_BAD:
        return "both_bad"
    return "a" if choose.random() < 1 / (1 + math.exp(-difference)) else "b"


def _system(name: str) -> records.SystemRecord:
    return records.SystemRecord(
        system=name,
        version="1",
        label=name.title(),
        parts={"responder": {"engine": "echo", "model": {"answers": [name]}}},
        baseline=False,
        licence="Apache-2.0",
    )
