"""Counting parts says what counting battle by battle says, whatever was sent, and how often."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker.count import tally
from ranker.counts import of_tally
from ranker.read import read_export
from tests.helpers.ranker_exports import battle, write_export

pytest.importorskip("duckdb")
from ranker.parts.counting import count_parts
from ranker.parts.store import open_store

pytestmark = pytest.mark.local

IDS = ["b1", "b2", "b2: x", "é", "b3", *(f"id-{k:02}" for k in range(30))]
CHOICES = ["a", "b", "tie", "both_bad", "cannot_judge", "A", "it's", 'a "b" \\', None]
some_battle = st.builds(
    lambda name, **more: battle(1, battle_id=name, **more),
    st.sampled_from(IDS),
    study=st.sampled_from(["s1", "s2", None]),
    station=st.sampled_from(["north", "south", None]),
    participant=st.sampled_from(["p1", "p2", None]),
    simulated=st.sampled_from([False, False, False, True]),
    kind=st.sampled_from(["normal", "normal", "normal", "practice"]),
    state=st.sampled_from(["voted"] * 6 + ["withdrawn", "open", "failed", "it's odd", "new"]),
    a=st.sampled_from(["ada", "bo"]),
    b=st.sampled_from(["bo", "cy"]),
    choice=st.sampled_from(CHOICES),
    vote_id=st.sampled_from(["v1", "v2"]),
)
bad_line = st.sampled_from([b"{\n", b"[]\n", b'{"schema": 9}\n', b'{"schema": 1, "x": "\xff"}\n'])
copies = st.tuples(st.one_of(some_battle, some_battle, some_battle, bad_line), st.integers(1, 3))


@given(
    lines=st.lists(copies, max_size=40),
    cuts=st.lists(st.integers(0, 100), max_size=3),
    chance=st.randoms(use_true_random=False),
    simulated=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_parts_are_counted_as_the_same_folders_are(lines, cuts, chance, simulated):
    sent = [line for line, times in lines for _ in range(times)]
    chance.shuffle(sent)
    ends = sorted(min(cut, len(sent)) for cut in cuts)
    with tempfile.TemporaryDirectory() as place:
        folders = [
            write_export(Path(place, f"day-{k}"), [*sent[start:end], battle(900 + k, kind="gold")])
            for k, (start, end) in enumerate(zip([0, *ends], [*ends, len(sent)], strict=True))
        ]
        store = open_store(Path(place, "store"))
        assert {one.outcome for one in store.collect(folders, "1")} == {"taken in"}
        counted, keys = count_parts(
            {store.path_of(entry): entry for entry in store.entries()}, simulated
        )
        problems: list[str] = []
        found = [one for folder in folders for one in read_export(folder, problems)]
        assert counted == of_tally(tally(found, simulated), problems)
        assert counted.n_seen == len(found)
        assert keys.tolist() == sorted(keys.tolist())
