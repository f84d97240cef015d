"""The pages that the program prints say what the program does."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from cogapp import Cog

from local_db.kept import Battle

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["schema.md", "export.md"])
def test_a_page_is_as_the_program_prints_it(page: str) -> None:
    status = Cog().main(["cog", "--check", str(DOCS / page)])
    assert status == 0, f"run .venv/bin/cog -r -I . docs/{page}"


def test_every_field_of_a_battle_is_explained() -> None:
    page = (DOCS / "export.md").read_text("utf-8").partition("A line, broken here")[0]
    unexplained = [field.name for field in fields(Battle) if f"`{field.name}`" not in page]
    assert unexplained == []
