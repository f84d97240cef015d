"""A report for a terminal: what gives systems away in sentences, then the figures."""

from __future__ import annotations

from collections.abc import Iterator

from ranker.audit.report import UNITS, Figure, Report, percent
from ranker.audit.score import CONFIDENCE
from ranker.ended import ended
from ranker.left_out import in_words
from ranker.text import in_columns
from ranker.verdict import count

_READING = (
    "Each figure is how often a classifier that saw none of a {group}'s answers named it rightly.\n"
    "Chance is always naming the commonest one; for sides it is a half. Length, marks, language\n"
    "and words are the systems' own, measured on the answers as they were written."
)


def render(report: Report) -> str:
    """The whole report as text that ends without a line break."""
    doubtful = ["\n".join(f"Doubtful: {doubt}" for doubt in report.doubts)] * bool(report.doubts)
    head = "\n".join((_head(report), *report.notices))
    sentences = "\n".join(report.sentences)
    blocks = [*doubtful, sentences, head, _table(report), *_left_out(report)]
    return "\n\n".join([*blocks, _READING.format(group=report.grouped_by)])


def _head(report: Report) -> str:
    what = ", ".join(
        (
            count(report.n_battles, "battle"),
            count(report.n_turns, "turn"),
            count(report.n_participants, "participant"),
            count(len(report.systems), "system"),
        )
    )
    return f"{what}. Intervals: {100 * CONFIDENCE:g} %, by {report.grouped_by}."


def _table(report: Report) -> str:
    header = ("", "Of", "Classes", "Named", "from", "to", "Chance")
    return in_columns(header, [_row(figure) for figure in report.figures], left=(0, 1))


def _row(figure: Figure) -> tuple[str, ...]:
    score = figure.score
    if score is None:
        return (figure.title, *("–",) * 6)
    shares = (score.accuracy, score.low, score.high, score.chance)
    of = f"{score.n:,} {UNITS.get(figure.name, 'answers')}"
    return (figure.title, of, f"{score.n_classes}", *map(percent, shares))


def _left_out(report: Report) -> Iterator[str]:
    parts = ", ".join(in_words(rule, n) for rule, n in report.left_out.items())
    said = [ended(report.states), f"Left out: {parts}." if parts else ""]
    if any(said):
        yield " ".join(filter(None, said))
