"""Pages that the program prints say what the program says, and what a page shows is there."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from cogapp import Cog

from desktop.catalogue.catalogue import read_file
from desktop.catalogue.table_keys import SOURCE
from desktop.cli import COMMANDS
from local_db.dialects import DIALECTS
from local_db.dialects.table import COLUMNS
from local_db.kept import Battle
from tests.helpers import dialect_fields

ROOT = Path(__file__).parents[1]
PRINTED = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "docs").rglob("*.md")
    if "[[[cog" in path.read_text(encoding="utf-8")
)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLES = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"(?ms)^```toml\n(.*?)^```", page.read_text("utf-8")))
    if "[[system]]" in block
]
PICTURE = re.compile(r"!\[[^]]*\]\(([^)]+)\)")


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


def test_every_field_of_a_battle_is_explained() -> None:
    page = (ROOT / "docs" / "export.md").read_text("utf-8").partition("A line, broken here")[0]
    unexplained = [field.name for field in fields(Battle) if f"`{field.name}`" not in page]
    assert unexplained == []


def test_every_dialect_is_explained_field_by_field() -> None:
    page = (ROOT / "docs" / "export.md").read_text("utf-8").partition("### The fields")[2]
    headings = " ".join(re.findall(r"(?m)^#### (.*)$", page))
    assert [name for name in DIALECTS if f"`{name}`" not in headings] == []
    of_csv = dialect_fields.roles("csv")
    assert dialect_fields.roles("audiofolder") == {"file_name": dialect_fields.PASSED_BY, **of_csv}
    assert list(of_csv) == list(COLUMNS)


def test_the_names_that_no_engine_has_for_itself_are_told_who_writes_one() -> None:
    page = (ROOT / "docs" / "outside-engines.md").read_text("utf-8").partition("## An example")[0]
    assert [name for name in SOURCE if f"`{name}`" not in page] == []


def test_what_the_baselines_cost_is_what_was_measured() -> None:
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([\d.,]+)", (ROOT / "docs/performance.md").read_text())
    measured = {name: float(figure.replace(",", "")) for name, figure in rows}
    said = (
        f"Loading takes {measured['recogniser load'] / 1000:g} s of processor time and "
        f"{measured['recogniser memory']:g} MB. A second of speech costs "
        f"{measured['real-time factor, skills']:g} s of it for `skills` and "
        f"{measured['real-time factor, dictation']:g} s for `dictation` ("
    )
    assert said in " ".join((ROOT / "docs/baselines.md").read_text("utf-8").split())


def test_every_picture_of_a_page_is_there() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in PAGES
        for name in PICTURE.findall(page.read_text("utf-8"))
    }
    assert shown
    assert [picture for picture in shown if not picture.is_file()] == []


@pytest.mark.parametrize("block", EXAMPLES)
def test_an_example_of_a_system_is_read_when_it_is_copied(tmp_path: Path, block: str) -> None:
    (tmp_path / "copied.toml").write_text(block, "utf-8")
    assert read_file(tmp_path / "copied.toml")


def test_the_pages_on_servers_and_own_programs_show_a_system() -> None:
    shown = {str(example.id).partition("-")[0] for example in EXAMPLES}
    assert {"apis", "outside", "systems"} <= shown
