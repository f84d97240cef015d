"""Parts in, counts out: what `ranker.count.tally` says of their battles, from their numbers.

every row ─┬─ its key once ──────────────────────┐
           └─ its key again ─┬─ same digest: one of them counts, the others are duplicates
                             └─ another digest: read back as battles, settled by `tally`

A battle's rule depends on its story and on whether both systems are one, so `why_not_counted` is
asked once for each story and not for each row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ranker.cells import Cells
from ranker.count import EXAMPLE_CHARS, Exclusion, tally
from ranker.counts import Counted, merged, of_tally
from ranker.jumps import LATEST, History
from ranker.parts.compact import battle_of, fields_of_battle
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Entry
from ranker.parts.errors import UnreadablePart
from ranker.parts.keys import Keys, first_of_each, is_in, repeated
from ranker.parts.rows import Numbers, Rows, read_rows
from ranker.parts.rules import COUNTS, NOT_KEPT, Ids, Rules, noted, searched
from ranker.votes import OUTCOMES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection


def count_parts(
    parts: Mapping[Path, Entry], include_simulated: bool = False
) -> tuple[Counted, Keys]:
    """The counts of the parts, and the keys of their battles, sorted.

    Raises UnreadablePart and NeedsLibrary.
    """
    refused = of_refused(parts.values())
    filled = {path: entry for path, entry in parts.items() if entry.rows}
    if not filled:
        return refused, np.zeros(0, np.uint64)
    connection = connect("Counting parts")
    import duckdb

    try:
        connection.execute(f"CREATE VIEW votes AS SELECT * FROM read_parquet({quoted(*filled)})")
        rows = read_rows(connection, filled)
        keys = np.sort(rows.key)
        rules = Rules(include_simulated)
        rule = rules.of(rows)
        again = repeated(keys)
        if len(again):
            same, different = _settle(connection, rows, again, rule)
            refused += _duplicates(connection, rows, same)
            refused += _told_differently(connection, different, include_simulated)
        else:
            different = again
        ids = noted(filled.values(), different, rules) or searched(connection, rows, rule)
        return _counted(rows, rule, rules.names, ids) + refused, keys
    except duckdb.Error as error:
        raise _unreadable(filled, error) from error
    finally:
        connection.close()


def of_refused(entries: Iterable[Entry]) -> Counted:
    """What was seen of the parts beside their battles: refused lines, and doubts."""
    found = list(entries)
    left_out = [
        Exclusion(rule, count, one)
        for entry in found
        for rule, (count, one) in entry.refused.items()
    ]
    return beside(left_out, {doubt for entry in found for doubt in entry.doubts})


def beside(left_out: Iterable[Exclusion], problems: Iterable[str] = ()) -> Counted:
    """Only what was left out."""
    exclusions = merged(left_out)
    return Counted(
        Cells.of([], [], person=[], a=[], b=[], outcome=[]),
        exclusions=exclusions,
        n_seen=sum(one.count for one in exclusions),
        problems=tuple(sorted(problems)),
    )


def _settle(connection: Connection, rows: Rows, again: Keys, rule: Numbers) -> tuple[Keys, Keys]:
    """The keys among those that come `again` that are told the same everywhere, and the others.

    Leaves in `rule` one row of each of the first, and none of the others.
    """
    at = np.flatnonzero(is_in(rows.key, again))
    key = rows.key[at]
    digest = connection.execute("SELECT digest FROM votes").fetchnumpy()["digest"][at]
    order = np.lexsort((digest, key))
    at, key, digest = at[order], key[order], digest[order]
    contents = first_of_each(key, digest)
    different = repeated(key[contents])
    firsts = at[contents][~is_in(key[contents], different)]
    kept = rule[firsts]
    rule[at] = NOT_KEPT
    rule[firsts] = kept
    return rows.key[firsts], different


def _duplicates(connection: Connection, rows: Rows, same: Keys) -> Counted:
    """All copies but one of battles that are told the same everywhere."""
    if not len(same):
        return beside(())
    connection.register("same", {"key": same})
    example = connection.execute(
        f"SELECT min(left(battle_id, {EXAMPLE_CHARS})) FROM votes SEMI JOIN same USING (key)"
    ).fetchall()[0][0]
    count = int(is_in(rows.key, np.sort(same)).sum()) - len(same)
    return beside([Exclusion("duplicate", count, example)])


def _told_differently(connection: Connection, different: Keys, include_simulated: bool) -> Counted:
    """What the rules for copies say of battles that are not told the same everywhere."""
    if not len(different):
        return beside(())
    connection.register("different", {"key": different})
    found = connection.execute(
        f"SELECT {fields_of_battle()} FROM votes SEMI JOIN different USING (key)"
    ).fetchall()
    return of_tally(tally(map(battle_of, found), include_simulated))


def _counted(rows: Rows, rule: Numbers, names: list[str], ids: Ids) -> Counted:
    """The counts of all rows but those `NOT_KEPT`."""
    votes = np.flatnonzero(rule == COUNTS)
    story = rows.story[votes]
    told = [rows.stories[k] for k in np.unique(story).tolist()]
    simulated = np.array([story.simulated for story in rows.stories], bool)
    outcome = np.array([_outcome(story.choice) for story in rows.stories], np.int64)
    counts = np.bincount(rule[rule >= 0], minlength=len(names)).tolist()
    exclusions = [
        Exclusion(names[k], count, ids.examples[k]) for k, count in enumerate(counts) if count
    ]
    return Counted(
        cells=Cells.of(
            rows.systems,
            rows.people,
            person=rows.who[votes],
            a=rows.a[votes],
            b=rows.b[votes],
            outcome=outcome[story],
        ),
        exclusions=merged(exclusions),
        n_seen=len(votes) + sum(counts),
        n_simulated=int(simulated[story].sum()),
        stations=frozenset(one.station for one in told if one.station),
        studies=frozenset(one.study for one in told if one.study),
        histories=_histories(rows, rule, names, ids.latest),
    )


def _outcome(choice: str | None) -> int:
    return OUTCOMES.index(choice) if choice in OUTCOMES else -1


def _histories(
    rows: Rows, rule: Numbers, names: list[str], latest: Mapping[str, list[tuple[str, int]]]
) -> dict[str, History]:
    stations = sorted({story.station or "" for story in rows.stories})
    number = {station: k for k, station in enumerate(stations)}
    station = np.array([number[story.station or ""] for story in rows.stories], np.int64)
    kept = rule != NOT_KEPT
    cell = station[rows.story[kept]] * (len(names) + 1) + rule[kept] + 1
    table = np.bincount(cell, minlength=len(stations) * (len(names) + 1))
    said: list[str | None] = [None, *names]
    return {
        name: History(
            Counter({said[k]: n for k, n in enumerate(counts) if n}),
            sorted((battle, said[k + 1]) for battle, k in latest.get(name, []))[-LATEST:],
        )
        for name, counts in zip(stations, table.reshape(len(stations), -1).tolist(), strict=True)
        if any(counts)
    }


def _unreadable(parts: Mapping[Path, Entry], error: Exception) -> UnreadablePart:
    """Names the part that DuckDB stumbled over."""
    words = str(error)
    path = next((path for path in parts if path.name in words), next(iter(parts)))
    return UnreadablePart(path, words.splitlines()[0][:160])
