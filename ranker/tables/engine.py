"""The statement of `ranker.tables.duck` as an Ibis expression: counting where the votes lie.

Distinct, and group by raw columns: nothing in it asks more of an engine than that, so that it runs
on DuckDB, SQLite and PostgreSQL and compiles for Spark, BigQuery and Trino. What comes back has as
many rows as there are kinds of votes, and the votes whose ids are told differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.jumps import LATEST
from ranker.tables.grouped import RAW, Grouped, OddValues, count_grouped
from ranker.votes import NAMES, from_vote, missing_columns

_AT_ONCE = 10_000


def is_table(source: object) -> bool:
    """Whether it is an expression of Ibis, which is not imported for that."""
    return type(source).__module__.startswith("ibis.expr.types")


def count_table(table: Any, include_simulated: bool = False) -> Counted:
    """The counts of the votes in an Ibis table, made by its engine.

    As `tally` counts the same rows. Examples and the latest battles are what sorts first and last
    in the engine's own order of text, which is that of the program where it compares bytes ("C").
    """
    try:
        return count_grouped(group(table), include_simulated)
    except OddValues:
        return of_tally(tally(map(from_vote, rows_of(table)), include_simulated))


def rows_of(table: Any) -> Iterator[Mapping[str, Any]]:
    """Its rows one by one. Raises ValueError where a column is missing without which there are no
    votes."""
    if why := missing_columns(table.schema()):
        raise ValueError(f"This is no table of votes: {why}.")
    for batch in table.to_pyarrow().to_batches(_AT_ONCE):
        yield from batch.to_pylist()


def group(table: Any) -> Grouped:
    """Raises OddValues, ValueError, and what the engine raises."""
    asked = expressions(table)
    odd = asked["odd ids"].to_pyarrow().to_pydict()["vote_id"]
    if any(not name.isprintable() for name in odd):
        raise OddValues
    groups = asked["groups"].to_pyarrow().to_pydict()
    duplicates = asked["duplicates"].to_pyarrow().to_pydict()
    return Grouped(
        columns={name: groups[name] for name in RAW},
        named=groups["named"],
        count=groups["votes"],
        first=[name and name.removesuffix(": ") for name in groups["first"]],
        duplicates=int(duplicates["copies"][0] or 0),
        duplicate=duplicates["first"][0],
        apart=asked["apart"].to_pyarrow().to_pylist(),
        latest=asked["latest"].to_pyarrow().to_pylist(),
    )


def expressions(table: Any) -> dict[str, Any]:
    """Everything that is asked of an engine, by name. Raises OddValues."""
    import ibis

    votes = _votes(table)
    named = votes.filter(votes.vote_id.notnull())
    copies = named.group_by("vote_id").aggregate(copies=lambda t: t.count())
    again = copies.filter(copies.copies > 1)
    told = votes.semi_join(again, "vote_id").distinct()
    stories = told.group_by("vote_id").aggregate(stories=lambda t: t.count())
    apart = stories.filter(stories.stories > 1)
    once = votes.anti_join(again, "vote_id").union(told.anti_join(apart, "vote_id"))
    once = once.mutate(named=once.vote_id.notnull())
    missing = once.winner.isnull() | (once.winner == "")
    groups = once.mutate(said=missing.ifelse(once.vote_id, once.vote_id + ": "))
    same = again.anti_join(apart, "vote_id")
    ranked = once.filter(once.named).mutate(
        place=ibis.row_number().over(ibis.window(group_by="station", order_by=ibis.desc("vote_id")))
    )
    return {
        "groups": groups.group_by([*RAW, "named"]).aggregate(
            votes=lambda t: t.count(), first=lambda t: t.said.min()
        ),
        "duplicates": same.aggregate(copies=(same.copies - 1).sum(), first=same.vote_id.min()),
        "apart": votes.semi_join(apart, "vote_id"),
        "latest": ranked.filter(ranked.place < LATEST).select("vote_id", *RAW),
        "odd ids": named.filter(~named.vote_id.re_search("^[ -~]*$")).select("vote_id").distinct(),
    }


def _votes(table: Any) -> Any:
    """The columns that a vote may have, and no other; raises OddValues where one is of a kind that
    no vote is told in, and ValueError where one is missing without which there are no votes."""
    import ibis

    there = table.schema()
    if why := missing_columns(there):
        raise ValueError(f"This is no table of votes: {why}.")
    for name in ("vote_id", "battle_id", *RAW):
        if name in there and not _usual(name, there[name]):
            raise OddValues
    numbers = [name for name in NAMES if name in there and there[name].is_integer()]
    if numbers:
        table = table.mutate(**{name: table[name].cast("string") for name in numbers})
    ids = [table[name].nullif("") for name in ("vote_id", "battle_id") if name in there]
    nothing = ibis.literal(None, "string")
    absent = {"simulated": ibis.literal(False)}
    return table.select(
        vote_id=ids[0] if len(ids) == 1 else ibis.coalesce(*ids, nothing),
        **{name: table[name] if name in there else absent.get(name, nothing) for name in RAW},
    )


def _usual(name: str, kind: Any) -> bool:
    """Whether a vote is told in a column of this kind."""
    if name in NAMES:
        return bool(kind.is_string() or kind.is_integer())
    return bool(kind.is_boolean() if name == "simulated" else kind.is_string())
