"""The parts of docs/schema.md and docs/export.md that the program prints (cog calls these)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from local_db.export import export
from local_db.opening import create
from local_db.schema import APPLICATION_ID, SCHEMA_VERSION
from tests.helpers.every_kind import FROZEN, first_draw
from tests.helpers.voting import open_test_store

_KINDS = (("table", ""), ("view", "## Views\n\n"), ("index", "## Indexes\n\n"))


def schema() -> str:
    """Tables with their triggers, views and indexes of a fresh database, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fresh.db")
        create(path)
        with closing(sqlite3.connect(path)) as connection:
            made = connection.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master"
                " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
            ).fetchall()
    page = f"Schema {SCHEMA_VERSION}, application id {APPLICATION_ID:#x}.\n\n"
    for wanted, heading in _KINDS:
        page += heading
        for kind, name, _, sql in made:
            if kind == wanted:
                page += f"### {name}\n\n" if kind == "table" else ""
                page += f"```sql\n{sql}\n```\n\n"
                page += "".join(
                    f"```sql\n{guard}\n```\n\n"
                    for other, _, table, guard in made
                    if other == "trigger" and table == name
                )
    return page


def example_line() -> str:
    """One line of battles.jsonl, broken and indented, as Markdown."""
    line = json.loads(_example()["battles.jsonl"].split("\n")[0])
    # The frozen database stays as it was frozen, and its draw is not one of the program's.
    drawn = first_draw()
    assert (line["a"]["system"], line["b"]["system"]) == (drawn.a, drawn.b)
    line["draw"] = {
        "seed": drawn.seed,
        "step": drawn.step,
        "probability": drawn.probability,
        "sampler": drawn.sampler,
        "state": drawn.state,
    }
    return _fenced(line)


def example_manifest() -> str:
    """A manifest, as Markdown; of the systems only the first."""
    manifest = json.loads(_example()["manifest.json"])
    del manifest["systems"][1:]
    return _fenced(manifest)


def _example() -> dict[str, str]:
    """An export of the newest frozen database: the same today and tomorrow."""
    frozen = FROZEN / f"schema-{SCHEMA_VERSION}.db"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copy(frozen, home / "earshot.db")
        open_test_store(home).close()
        export(home / "earshot.db", home / "takes", home / "out")
        return {path.name: path.read_text("utf-8") for path in (home / "out").iterdir()}


def _fenced(value: object) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=1)}\n```\n"
