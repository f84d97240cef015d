"""The parts of a report, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ranker.charts import Chart, ChartTable, Material, told
from ranker.charts.calendar import span_of
from ranker.charts.look import by_variable
from ranker.charts.render import inside_a_page
from ranker.charts.tables import Value, titles_of
from ranker.disagreement import disagreements
from ranker.ended import seen
from ranker.left_out import in_words
from ranker.report.html import Html, items, joined, paragraphs, table, tag
from ranker.report.method import method
from ranker.verdict import number

_NOTE = "note"
LONG = 100
"""Rows of a table that is not printed."""


def opening(material: Material) -> Html:
    """The verdict, what speaks against it, and of how much it speaks."""
    board = material.board
    counted = f"{material.counted} {material.interval}" if board.rows else material.counted
    head = joined(
        [
            tag("h1", heading(material)),
            tag("p", board.verdict, class_="verdict"),
            tag("p", " ".join(filter(None, [_dates(material), counted])), class_="muted"),
        ]
    )
    if not board.doubts:
        return head
    title = tag("h2", "Read this first", id="doubts")
    doubts = tag("section", title, items(board.doubts), class_="doubts", aria_labelledby="doubts")
    return joined([head, doubts])


def heading(material: Material) -> str:
    """Whose results these are."""
    studies = material.circumstances.studies
    if not studies:
        return "Results"
    return f"Results of {studies[0] if len(studies) == 1 else f'{number(len(studies))} studies'}"


def title(material: Material) -> str:
    """The heading, and from when the votes are."""
    days = span_of(material.circumstances.days)
    return heading(material) + (f", {days}" if days else "")


def _dates(material: Material) -> str:
    days = span_of(material.circumstances.days)
    return f"Votes of {days}." if days else ""


def beside_the_numbers(material: Material) -> Html:
    board = material.board
    notes = [*board.notices, *disagreements(board.pairs)]
    return section("Beside the numbers", items(notes), "notices") if notes else Html()


def charts_and_tables(
    tables: tuple[ChartTable, ...], charts: Mapping[str, Chart], problem: str
) -> Iterator[Html]:
    """A chart with its numbers folded below; the numbers alone where it was not drawn."""
    if problem:
        yield section("Charts", paragraphs([problem]), "no-charts")
    for one in tables:
        chart = charts.get(one.name)
        title = tag("h2", one.title, id=one.name)
        if chart is None:
            kind, inside = "chart plain", numbers(one)
        else:
            drawing = Html(by_variable(inside_a_page(chart.svg(), one.name)))
            length = "long" if len(one.rows) > LONG else "short"
            folded = tag("details", tag("summary", "Numbers"), numbers(one), class_=length)
            kind, inside = (
                "chart",
                joined([tag("figure", drawing, tabindex="0", aria_labelledby=one.name), folded]),
            )
        yield tag("section", title, inside, class_=kind, aria_labelledby=one.name)


def numbers(one: ChartTable) -> Html:
    """Without columns in which nothing stands; notes stand below, where they have room."""
    notes = one.header.index(_NOTE) if _NOTE in one.header else len(one.header)
    used = [k for k in range(len(one.header)) if any(row[k] != "" for row in one.rows)]
    used = [k for k in used if k != notes]
    words = [n for n, k in enumerate(used) if any(isinstance(row[k], str) for row in one.rows)]
    rows = [[told(row[k]) for k in used] for row in one.rows]
    titles = titles_of(one)
    header = [titles[k] for k in used]
    whole = table(header, rows, one.title, left=words, titled=True)
    said = [f"{_subject(one, row)}: {row[notes]}" for row in one.rows if row[notes:] and row[notes]]
    return joined([whole, paragraphs(said, "small muted")])


def _subject(one: ChartTable, row: Sequence[Value]) -> str:
    """What a row is about: a system, or a pair of them."""
    names = [name for name in ("system", "against") if name in one.header]
    return " against ".join(str(row[one.header.index(name)]) for name in names)


def exclusions(material: Material) -> Html:
    board = material.board
    rows = [(in_words(one.rule, one.count), one.example) for one in board.exclusions]
    header = ("Left out", "For example")
    parts = [tag("p", seen(board.n_seen, board.n_votes))]
    if rows:
        caption = "What was left out, by rule"
        parts.append(table(header, rows, caption, left=(0, 1), titled=True))
    return section("What is counted", joined(parts), "exclusions")


def how(material: Material) -> Html:
    return section("Method", paragraphs(method(material.board, material.scale)), "method")


def origin(material: Material, lettering: str = "") -> Html:
    """What it takes to make the same file again; `lettering` where there are charts."""
    parts = [table(("Setting", "Value"), _settings(material, lettering), "Settings", left=(0, 1))]
    if material.sources:
        header = ("SHA-256", "Of", "Stations")
        parts.append(table(header, list(_digests(material)), "Sources", left=(0, 1, 2)))
    if called := material.facts["called"]:
        names = list(called.items())
        parts.append(table(("In the votes", "Here"), names, "Names of systems", left=(0, 1)))
    again = (
        "The same sources, settings and versions give this file again, byte for byte, on the same "
        "kind of machine."
    )
    parts.append(tag("p", again, class_="muted"))
    return section("Where it comes from", joined(parts), "origin")


def _settings(material: Material, lettering: str) -> list[tuple[str, str]]:
    """All of `Material.facts` but sources and names."""
    board, facts = material.board, material.facts
    settings = [
        ("Program", material.program),
        ("NumPy", facts["numpy"]),
        ("Drawn with", lettering),
        ("Seed", str(board.seed)),
        ("Resamples", f"{board.bootstraps:,}"),
        ("Resampled", board.resampled),
        ("Confidence", f"{board.confidence:g}"),
        ("Prior", f"{board.prior:g}"),
        ("Scale", material.scale.name),
        ("Simulated votes", "counted" if facts.get("simulated") else "left out"),
        ("By", facts.get("by") or ""),
        ("SHA-256 of the labels", facts.get("labels") or ""),
        ("Ties", facts.get("ties") or ""),
        ("Adjusted", "yes" if facts.get("adjust") else ""),
        ("Weighed", "yes" if facts.get("weigh") else ""),
    ]
    return [(name, value) for name, value in settings if value]


def _digests(material: Material) -> Iterator[tuple[str, ...]]:
    for one in material.sources:
        yield tag("code", one.sha256), one.what, ", ".join(one.stations) or "–"
        if one.manifest:
            yield tag("code", one.manifest), "its manifest", ""


def section(title: str, inside: Html, name: str) -> Html:
    return tag("section", tag("h2", title, id=name), inside, aria_labelledby=name)
