"""The report: one file that needs nothing else, whatever systems are called."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ranker.beside import Wishes
from ranker.report import page, report_of
from ranker.report.html import Html, joined, tag
from tests.helpers.ranker_exports import battle, write_export

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; --> ]]> </style></svg>",
)
EVERYTHING = Wishes(by="language", ties="rao-kupper", adjust=True, weigh=True)
VOID = {"meta", "br", "hr", "img", "link"}


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


class Reader(HTMLParser):
    """Well-formed, and which elements and attributes there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(name)
        self.attributes += [(key, value or "") for key, value in attributes]
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(name, attributes)
        if name not in VOID:
            self.open.pop()

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        self.text += data


def export(folder: Path, names: tuple[str, ...] = ("ada", "bo", "cy"), n: int = 90) -> Path:
    lines = [
        battle(
            k,
            a=names[k % 3],
            b=names[(k + 1) % 3],
            choice=("a", "b", "tie")[k * k % 7 % 3],
            covariates={"language_said": "en"},
            draw={"probability": 0.5},
        )
        for k in range(n)
    ]
    return write_export(folder, [*lines, battle(n, state="skipped", choice=None)])


def written(folder: Path, **more: object) -> str:
    return page(report_of([folder], "Earshot 9", bootstraps=60, **more))  # type: ignore[arg-type]


@pytest.mark.usefixtures("no_drawing")
def test_without_charts_the_tables_stand_open_and_a_sentence_says_why(tmp_path: Path) -> None:
    text = written(export(tmp_path / "north"))
    reader = Reader(text)
    assert "Charts are not drawn: matplotlib is not installed." in reader.text
    assert "svg" not in reader.tags
    assert "details" not in reader.tags
    assert reader.tags.count("table") >= 6
    assert "skipped, for example" not in reader.text  # a table has it, not a sentence
    assert "1 skipped" in reader.text
    assert "battle-90" in reader.text


@pytest.mark.usefixtures("no_drawing")
def test_the_verdict_comes_first_and_doubts_before_the_numbers(tmp_path: Path) -> None:
    folder = export(tmp_path / "north")
    (folder / "manifest.json").unlink()
    report = report_of([folder], "Earshot 9", bootstraps=60)
    text = Reader(page(report)).text
    order = [
        report.material.board.verdict,
        "Read this first",
        "no readable manifest",
        "Leaderboard",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.usefixtures("no_drawing")
@pytest.mark.usefixtures("no_drawing")
def test_it_says_of_which_study_and_from_when_it_is(tmp_path: Path) -> None:
    days = ("2026-01-01", "2026-02-11", "2026-04-28")
    lines = [battle(k, started_utc=f"{days[k % 3]}T08:00:00Z") for k in range(30)]
    text = written(write_export(tmp_path / "north", lines))
    assert "<title>Results of quick, 2026-01-01 to 2026-04-28</title>" in text
    assert "<h1>Results of quick</h1>" in text
    assert "Votes of 2026-01-01 to 2026-04-28. 30 votes, " in text
    more = [battle(100, study="evening"), battle(101, study="<b>")]
    text = written(write_export(tmp_path / "south", [*lines, *more]))
    assert "<h1>Results of three studies</h1>" in text


@pytest.mark.usefixtures("no_drawing")
def test_notes_stand_below_the_numbers_and_are_not_cut_off(tmp_path: Path) -> None:
    lines = [battle(k, choice="a") for k in range(30)]
    text = written(write_export(tmp_path / "north", lines))
    (board,) = re.findall("<section[^>]*leaderboard.*?</section>", text, re.DOTALL)
    inside, below = board.split("</table>")
    assert "ada: never lost a point to the systems below: no upper limit" in below
    assert "never lost" not in inside
    assert "Note" not in inside


def test_simulated_votes_are_read_of_first(tmp_path: Path) -> None:
    lines = [battle(k, choice="ab"[k % 2], simulated=True) for k in range(30)]
    text = written(write_export(tmp_path / "north", lines), include_simulated=True)
    first = text.index("30 of 30 votes are simulated.")
    assert text.index("Read this first") < first < text.index('id="leaderboard"')
    assert text.count("30 of 30 votes are simulated.") == 1


def test_where_there_are_no_votes_it_says_so(tmp_path: Path) -> None:
    text = Reader(written(write_export(tmp_path / "north", []), wishes=EVERYTHING)).text
    assert "No vote has been counted yet." in text
    assert "0 battles seen" in text


def check_hostile(text: str) -> None:
    reader = Reader(text)
    assert not {"script", "img", "b"} & set(reader.tags)
    assert not [key for key, _ in reader.attributes if key.startswith("on") or key == "src"]
    for name in HOSTILE:
        assert name in reader.text


@pytest.mark.usefixtures("no_drawing")
def test_names_are_text_and_stay_text(tmp_path: Path) -> None:
    check_hostile(written(export(tmp_path / "north", HOSTILE), wishes=EVERYTHING))


@pytest.mark.local
def test_names_are_text_in_charts_too(tmp_path: Path) -> None:
    check_hostile(written(export(tmp_path / "north", HOSTILE), wishes=EVERYTHING))


@pytest.mark.local
def test_it_holds_all_it_shows_and_every_chart_has_a_table_and_words(tmp_path: Path) -> None:
    text = written(export(tmp_path / "north"), wishes=EVERYTHING)
    reader = Reader(text)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text)
    assert (
        reader.tags.count("svg") == reader.tags.count("figure") == reader.tags.count("details") == 6
    )
    labels = [value for key, value in reader.attributes if key == "aria-label"]
    assert sum("systems" in label for label in labels) >= 4
    ids = [value for key, value in reader.attributes if key == "id"]
    assert len(ids) == len(set(ids))
    references = [value for key, value in reader.attributes if key == "href"]
    assert {value[1:] for value in references} <= set(ids)
    named = {value for key, value in reader.attributes if key == "aria-labelledby"}
    assert named <= set(ids)


@pytest.mark.local
def test_the_same_votes_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    """In another folder, and with the sources in another order."""
    north, again = export(tmp_path / "north"), export(tmp_path / "elsewhere")
    south = write_export(tmp_path / "south", [battle(1000 + k, station="south") for k in range(20)])
    one = page(report_of([north, south], "Earshot 9", bootstraps=60))
    assert page(report_of([south, again], "Earshot 9", bootstraps=60)) == one
    assert page(report_of([south, again], "Earshot 9", bootstraps=60, seed=1)) != one


def test_a_piece_is_markup_only_if_it_was_made_here() -> None:
    assert tag("p", "a < b", title='"') == '<p title="&quot;">a &lt; b</p>\n'
    assert tag("p", tag("b", "<")) == "<p><b>&lt;</b>\n</p>\n"
    assert joined(["<", Html("<br>")]) == "&lt;<br>"


def test_a_report_can_be_changed_only_by_making_another(tmp_path: Path) -> None:
    report = report_of([export(tmp_path / "north")], "Earshot 9", bootstraps=60, whole=False)
    other = replace(report, material=replace(report.material, program="Earshot 10"))
    assert report.material.stamp != other.material.stamp
