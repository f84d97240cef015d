"""One expression, many engines: the votes are counted where they lie, and all say the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

import ranker
from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.tables.engine import expressions
from ranker.votes import from_vote
from tests.helpers.postgres import programs, running

ibis = pytest.importorskip("ibis")
pytestmark = [pytest.mark.local, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

SCHEMA = {
    "vote_id": "string",
    "station": "string",
    "participant": "string",
    "simulated": "boolean",
    "model_a": "string",
    "model_b": "string",
    "winner": "string",
    "comment": "string",
}


def votes(n: int = 2000) -> list[dict[str, Any]]:
    """With everything that must not be counted: copies, contradictions, odd labels, no ids."""
    draw = random.Random(7)
    made = [
        {
            "vote_id": draw.choice([None, "", *[f"v{k:05}" for k in range(draw.choice([9, n]))]]),
            "station": draw.choice(["north", "south", None]),
            "participant": draw.choice(["p1", "p2", "é", None]),
            "simulated": draw.random() < 0.1,
            "model_a": draw.choice(["ada", "bo", "cy"]),
            "model_b": draw.choice(["ada", "bo", "cy"]),
            "winner": draw.choice(["model_a", "model_b", "tie", "both_bad", "odd", "", None]),
            "comment": None,
        }
        for _ in range(n)
    ]
    return [*made, *draw.sample(made, n // 10)]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return votes()


@pytest.fixture(scope="module")
def expected(rows) -> Counted:
    found = of_tally(tally(map(from_vote, rows)))
    assert {"duplicate", "conflicting copies", "missing winner", "unknown label"} <= {
        left.rule for left in found.exclusions
    }
    return found


@pytest.fixture(scope="module", params=["duckdb", "sqlite", "postgres"])
def engine(request, tmp_path_factory) -> Iterator[Any]:
    if request.param == "duckdb":
        yield ibis.duckdb.connect()
    elif request.param == "sqlite":
        yield ibis.sqlite.connect(tmp_path_factory.mktemp("engine") / "votes.db")
    else:
        folder = programs()
        if folder is None:
            pytest.skip("needs PostgreSQL: sudo apt-get install -y postgresql")
        with running(folder) as server:
            connection = ibis.postgres.connect(
                host="127.0.0.1",
                port=server.port,
                user=server.user,
                password=server.password,
                database=server.database,
            )
            yield connection
            connection.disconnect()


def placed(engine: Any, name: str, rows: list[dict[str, Any]]) -> Any:
    """A table of the engine with these rows, written by its own driver."""
    engine.create_table(name, schema=ibis.schema(SCHEMA))
    values = [tuple(row[column] for column in SCHEMA) for row in rows]
    mark = "%s" if engine.name == "postgres" else "?"
    marks = ", ".join([mark] * len(SCHEMA))
    cursor = engine.con.cursor()
    cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    if engine.name != "duckdb":
        engine.con.commit()
    return engine.table(name)


def test_every_engine_counts_what_the_rules_count(engine, rows, expected):
    votes_there = placed(engine, "votes", rows)
    assert ranker.counted(votes_there) == expected
    assert ranker.counted(votes_there.filter(votes_there.station == "north")) == of_tally(
        tally(map(from_vote, [row for row in rows if row["station"] == "north"]))
    )


def test_rows_that_hold_nothing_a_vote_may_hold_are_looked_at_one_by_one(engine, rows):
    odd = [*rows[:50], rows[0] | {"vote_id": "\x1b[2J"}, rows[1] | {"model_a": None}]
    assert ranker.counted(placed(engine, "odd", odd)) == of_tally(tally(map(from_vote, odd)))


@pytest.mark.parametrize("dialect", ["pyspark", "bigquery", "trino", "snowflake", "clickhouse"])
def test_the_expression_compiles_for_engines_that_are_not_here(dialect):
    votes_elsewhere = ibis.table(SCHEMA, name="votes")
    for name, asked in expressions(votes_elsewhere).items():
        sql = str(ibis.to_sql(asked, dialect=dialect))
        assert "votes" in sql, name
        assert "comment" not in sql, f"{name} reads a column that no count needs"
