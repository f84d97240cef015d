"""One way of counting a store's parts, in a process of its own: `WAY STORE` prints JSON.

`peak_mib` is what the whole process took, Python and libraries included.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Literal

BEGAN_S = time.perf_counter()


def ours(store: Path) -> int:
    """Everything between the files and the cells, nothing of it kept from before."""
    from ranker.parts.counting import count_parts
    from ranker.parts.store import Store

    there = Store(store)
    counted, _ = count_parts({there.path_of(entry): entry for entry in there.entries()})
    return counted.n_votes


def _board(store: Path, resample: Literal["participant", "vote"]) -> int:
    from ranker.parts.counting import count_parts
    from ranker.parts.store import Store
    from ranker.ranking import board_of

    there = Store(store)
    counted = count_parts({there.path_of(entry): entry for entry in there.entries()})[0]
    board = board_of(counted, bootstraps=1000, confidence=0.95, seed=0, resample=resample)
    assert len(board.rows) == len(counted.cells.systems)
    return board.n_votes


def board_people(store: Path) -> int:
    """From the files to all that `rank` says, 1,000 resamples of people."""
    return _board(store, "participant")


def board_votes(store: Path) -> int:
    """From the files to all that `rank` says, 1,000 resamples of votes."""
    return _board(store, "vote")


def plain(store: Path) -> int:
    """DuckDB alone, without people and without settling copies."""
    import duckdb

    connection = duckdb.connect(config={"threads": "1"})
    groups = connection.execute(
        "SELECT a_system, b_system, choice, count(*)"
        f" FROM read_parquet('{store}/parts/*.parquet') GROUP BY ALL"
    ).fetchall()
    return sum(count for *_, count in groups)


def distinct(store: Path) -> int:
    """DuckDB alone, with people and distinct: the statement that one would write first."""
    import duckdb

    connection = duckdb.connect(config={"threads": "1"})
    columns = "station, participant, a_system, a_version, b_system, b_version, choice"
    cells = connection.execute(
        f"SELECT {columns}, count(*) AS n FROM (SELECT DISTINCT battle_id, {columns}"
        f" FROM read_parquet('{store}/parts/*.parquet')) GROUP BY ALL"
    ).fetchnumpy()
    return int(cells["n"].sum())


def pandas(store: Path) -> int:
    """pandas with the same work: distinct battles, counted by person, systems and choice."""
    import pandas

    cell = ["station", "participant", "a_system", "a_version", "b_system", "b_version", "choice"]
    files = sorted(map(str, (store / "parts").glob("*.parquet")))
    frame = pandas.read_parquet(files, columns=["battle_id", *cell])
    return int(frame.drop_duplicates("battle_id").groupby(cell, sort=False).size().sum())


if __name__ == "__main__":
    way, where = sys.argv[1:]
    ways = (ours, board_people, board_votes, plain, distinct, pandas)
    votes = {one.__name__: one for one in ways}[way](Path(where))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "votes": votes,
        "s": time.perf_counter() - BEGAN_S,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(told))
