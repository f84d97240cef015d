"""Rows whose rules are known in, counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ranker.cells import Cells
from ranker.count import Exclusion
from ranker.counts import Counted, added, merged
from ranker.jumps import LATEST, History
from ranker.parts.rows import Numbers, Rows
from ranker.parts.rules import COUNTS, NOT_KEPT, Ids
from ranker.votes import OUTCOMES, known_state


def counted_rows(rows: Rows, rule: Numbers, names: list[str], ids: Ids) -> Counted:
    """The counts of all rows but those that are `NOT_KEPT`; `names` are those of the rules."""
    votes = np.flatnonzero(rule == COUNTS)
    total = rows.counted(votes)
    story = rows.story[votes]
    told = [rows.stories[k] for k in np.unique(story).tolist()]
    simulated = np.array([story.simulated for story in rows.stories], bool)
    outcome = np.array([_outcome(story.choice) for story in rows.stories], np.int64)
    exclusions = _exclusions(rows, rule, names, ids)
    return Counted(
        cells=Cells.of(
            rows.systems,
            rows.people,
            person=rows.who[votes],
            a=rows.a[votes],
            b=rows.b[votes],
            outcome=outcome[story],
            count=None if rows.count is None else total,
        ),
        exclusions=exclusions,
        n_seen=int(total.sum()) + sum(one.count for one in exclusions),
        states=_states(rows, rule),
        n_simulated=int(total[simulated[story]].sum()),
        stations=frozenset(one.station for one in told if one.station),
        studies=frozenset(one.study for one in told if one.study),
        histories=_histories(rows, rule, names, ids.latest),
    )


def _states(rows: Rows, rule: Numbers) -> dict[str, int]:
    kept = np.flatnonzero(rule != NOT_KEPT)
    counts = np.zeros(len(rows.stories), np.int64)
    np.add.at(counts, rows.story[kept], rows.counted(kept))
    return added(
        *(
            {known_state(story.state): n}
            for story, n in zip(rows.stories, counts.tolist(), strict=True)
            if n
        )
    )


def _outcome(choice: str | None) -> int:
    return OUTCOMES.index(choice) if choice in OUTCOMES else -1


def _exclusions(rows: Rows, rule: Numbers, names: list[str], ids: Ids) -> tuple[Exclusion, ...]:
    out = np.flatnonzero(rule >= 0)
    counts = np.zeros(len(names), np.int64)
    np.add.at(counts, rule[out], rows.counted(out))
    return merged(
        Exclusion(names[k], n, ids.examples[k]) for k, n in enumerate(counts.tolist()) if n
    )


def _histories(
    rows: Rows, rule: Numbers, names: list[str], latest: Mapping[str, list[tuple[str, int]]]
) -> dict[str, History]:
    stations = sorted({story.station or "" for story in rows.stories})
    number = {station: k for k, station in enumerate(stations)}
    station = np.array([number[story.station or ""] for story in rows.stories], np.int64)
    kept = np.flatnonzero(rule != NOT_KEPT if rows.named is None else rows.named)
    cell = station[rows.story[kept]] * (len(names) + 1) + rule[kept] + 1
    table = np.zeros((len(stations), len(names) + 1), np.int64)
    np.add.at(table.ravel(), cell, rows.counted(kept))
    said: list[str | None] = [None, *names]
    return {
        name: History(
            Counter({said[k]: n for k, n in enumerate(counts) if n}),
            sorted((battle, said[k + 1]) for battle, k in latest.get(name, []))[-LATEST:],
        )
        for name, counts in zip(stations, table.tolist(), strict=True)
        if any(counts)
    }
