"""Votes in a relation of DuckDB, grouped: distinct, and group by raw columns.

`ranker.tables.engine` says the same for other engines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ranker.jumps import LATEST
from ranker.tables.grouped import RAW, Grouped, LacksColumns, OddValues
from ranker.votes import missing_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_KEYS = ", ".join(RAW)
_STEPS = (
    "CREATE TEMP TABLE again AS"
    " SELECT id, count(*) AS copies FROM votes WHERE id IS NOT NULL GROUP BY id HAVING copies > 1",
    f"CREATE TEMP TABLE told AS SELECT DISTINCT id, {_KEYS} FROM votes SEMI JOIN again USING (id)",
    "CREATE TEMP TABLE apart AS SELECT id FROM told GROUP BY id HAVING count(*) > 1",
    "CREATE TEMP VIEW once AS"
    f" SELECT id, {_KEYS} FROM votes ANTI JOIN again USING (id)"
    f" UNION ALL SELECT id, {_KEYS} FROM told ANTI JOIN apart USING (id)",
)
_GROUPS = (
    f"SELECT {_KEYS}, id IS NOT NULL, count(*),"
    " min(CASE WHEN winner IS NULL OR winner = '' THEN id ELSE id || ': ' END)"
    " FROM once GROUP BY ALL"
)
_DUPLICATES = "SELECT coalesce(sum(copies - 1), 0), min(id) FROM again ANTI JOIN apart USING (id)"
_APART = f"SELECT id AS vote_id, {_KEYS} FROM votes SEMI JOIN apart USING (id)"
_LATEST = (
    f"SELECT id AS vote_id, {_KEYS} FROM once WHERE id IS NOT NULL"
    f" QUALIFY row_number() OVER (PARTITION BY station ORDER BY id DESC) <= {LATEST}"
)
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NAMES = {"VARCHAR", *_WHOLE, *(f"U{kind}" for kind in _WHOLE)}
"""What names something, in whatever kind of column."""
_ODD_IDS = "SELECT DISTINCT id FROM votes WHERE NOT regexp_full_match(id, '[ -~]*')"


def group(connection: Connection, relation: str) -> Grouped:
    """Of `relation`, a table or an expression of SQL. Raises OddValues, LacksColumns and
    duckdb.Error."""
    told = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    kinds = {str(name): str(kind) for name, kind, *_ in told}
    connection.execute(f"CREATE TEMP VIEW votes AS SELECT {_columns(kinds)} FROM {relation}")
    if any(not name.isprintable() for (name,) in connection.execute(_ODD_IDS).fetchall()):
        raise OddValues
    for step in _STEPS:
        connection.execute(step)
    groups = connection.execute(_GROUPS).fetchall()
    *columns, named, count, first = zip(*groups, strict=True) if groups else [()] * (len(RAW) + 3)
    duplicates, duplicate = connection.execute(_DUPLICATES).fetchall()[0]
    return Grouped(
        columns=dict(zip(RAW, columns, strict=True)),
        named=named,
        count=count,
        first=[name and name.removesuffix(": ") for name in first],
        duplicates=int(duplicates),
        duplicate=duplicate,
        apart=_records(connection, _APART),
        latest=_records(connection, _LATEST),
    )


def records(connection: Connection, relation: str) -> Sequence[Mapping[str, Any]]:
    """Every row as it is."""
    return _records(connection, f"SELECT * FROM {relation}")


def _columns(kinds: Mapping[str, str]) -> str:
    """`id` and those of `RAW`; raises OddValues where one is of a kind that no vote is told in, and
    LacksColumns where one is missing without which there are no votes."""
    if why := missing_columns(kinds):
        raise LacksColumns(why)
    wanted = ("vote_id", "battle_id", *RAW)
    for name in wanted:
        usual = {"simulated": {"BOOLEAN"}, "winner": {"VARCHAR"}}.get(name, _NAMES)
        if name in kinds and kinds[name] not in usual and not kinds[name].startswith("ENUM"):
            raise OddValues
    there = [
        f"nullif(CAST({name} AS VARCHAR), '')" for name in ("vote_id", "battle_id") if name in kinds
    ]
    ids = f"coalesce({', '.join(there)})" if there else "CAST(NULL AS VARCHAR)"
    absent = {"simulated": "false"}
    raw = [
        (f'CAST("{name}" AS {"BOOLEAN" if name == "simulated" else "VARCHAR"})')
        if name in kinds
        else absent.get(name, "CAST(NULL AS VARCHAR)")
        for name in RAW
    ]
    return ", ".join([f"{ids} AS id", *(f"{s} AS {n}" for s, n in zip(raw, RAW, strict=True))])


def _records(connection: Connection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
