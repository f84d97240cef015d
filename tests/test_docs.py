"""Pages that the program prints say what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest
from cogapp import Cog

from desktop.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PRINTED = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "docs").rglob("*.md")
    if "[[[cog" in path.read_text(encoding="utf-8")
)


def test_there_are_printed_pages() -> None:
    assert "docs/commands.md" in PRINTED
    assert "docs/settings.md" in PRINTED


@pytest.mark.parametrize("page", PRINTED)
def test_a_printed_page_is_up_to_date(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / page).read_text(encoding="utf-8")
    cog = Cog()
    cog.options.include_path = [str(ROOT)]
    cog.options.replace = False
    assert cog.process_string(text, page) == text, f"{page} is out of date: run `make docs`"


def test_every_command_is_on_the_page_and_explains_itself() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"## `python main.py {command}`" in page
