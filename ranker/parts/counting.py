"""Parts in, counts out: what `ranker.count.tally` says of their battles, from their numbers.

every row ─┬─ its key once ──────────────────────┐
           └─ its key again ─┬─ same digest: one of them counts, the others are duplicates
                             └─ another digest: read back as battles, settled by `tally`

A battle's rule depends on its story and on whether both systems are one, so `why_not_counted` is
asked once for each story and not for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranker.cells import Cells
from ranker.count import EXAMPLE_CHARS, Exclusion, tally
from ranker.counts import Counted, merged, of_tally
from ranker.parts.compact import battle_of, fields_of_battle
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Entry
from ranker.parts.errors import unreadable
from ranker.parts.keys import Keys, come_again, first_of_each, is_in, repeated
from ranker.parts.rows import Numbers, read_rows
from ranker.parts.rules import NOT_KEPT, Rules, noted, searched
from ranker.parts.tallied import counted_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection


_NUMBERS = "SELECT part, key, digest, story, who, a, b FROM votes"


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
        found = connection.execute(_NUMBERS).fetchnumpy()
        keys, at = come_again(found["key"])
        rare = found.pop("key")[at], found.pop("digest")[at]
        rows = read_rows(found, filled)
        rules = Rules(include_simulated)
        rule = rules.of(rows)
        different = keys[:0]
        if len(at):
            copies, same, different = _settle(at, *rare, rule)
            refused += _duplicates(connection, copies, same)
            refused += _told_differently(connection, different, include_simulated)
        ids = noted(filled.values(), different, rules) or searched(connection, rows, rule)
        return counted_rows(rows, rule, rules.names, ids) + refused, keys
    except duckdb.Error as error:
        raise unreadable(filled, error) from error
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


def _settle(at: NDArray[np.intp], key: Keys, digest: Keys, rule: Numbers) -> tuple[int, Keys, Keys]:
    """Of the rows `at`, whose keys come again: how many are copies of battles that are told the
    same everywhere, the keys of these, and the keys of the others.

    Leaves in `rule` one row of each of the first, and none of the others.
    """
    order = np.lexsort((digest, key))
    at, key, digest = at[order], key[order], digest[order]
    contents = first_of_each(key, digest)
    different = repeated(key[contents])
    one_story = ~is_in(key[contents], different)
    firsts = at[contents][one_story]
    kept = rule[firsts]
    rule[at] = NOT_KEPT
    rule[firsts] = kept
    copies = int((~is_in(key, different)).sum()) - len(firsts)
    return copies, key[contents][one_story], different


def _duplicates(connection: Connection, copies: int, same: Keys) -> Counted:
    """All copies but one of the battles with the keys `same`."""
    if not copies:
        return beside(())
    connection.register("same", {"key": same})
    (example,) = connection.execute(
        f"SELECT left(min(battle_id), {EXAMPLE_CHARS}) FROM votes SEMI JOIN same USING (key)"
    ).fetchall()[0]
    return beside([Exclusion("duplicate", copies, example)])


def _told_differently(connection: Connection, different: Keys, include_simulated: bool) -> Counted:
    """What the rules for copies say of battles that are not told the same everywhere."""
    if not len(different):
        return beside(())
    connection.register("different", {"key": different})
    found = connection.execute(
        f"SELECT {fields_of_battle()} FROM votes SEMI JOIN different USING (key)"
    ).fetchall()
    return of_tally(tally(map(battle_of, found), include_simulated))
