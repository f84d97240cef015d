"""What was asked for beside the board, as parts of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ranker.beside import Beside
from ranker.board import Board
from ranker.charts.chart import percent
from ranker.effects import Effects
from ranker.propensity import Weighted
from ranker.report.html import Html, joined, paragraphs, table, tag
from ranker.report.sections import section
from ranker.scale import NATURAL, Scale
from ranker.slices import Sliced, caution, summary
from ranker.tie_scores import TieScores
from ranker.verdict import count

Scores = Mapping[str, tuple[float, float, float]]


def beside_sections(found: Beside, board: Board, scale: Scale) -> Iterator[Html]:
    if found.notices:
        yield section("What is not known", paragraphs(found.notices), "not-known")
    if isinstance(found.sliced, Sliced):
        yield _slices(found.sliced, scale)
    told = (
        ("Slices", "slices", found.sliced),
        ("Ties as information", "ties", found.ties),
        ("What moves a vote besides the systems", "effects", found.effects),
        ("As if every pair had been drawn equally often", "weighted", found.weighted),
    )
    for title, name, value in told:
        if isinstance(value, str):
            yield section(title, paragraphs([value]), name)
        elif isinstance(value, TieScores):
            yield section(title, _ties(value, board, scale), name)
        elif isinstance(value, Effects):
            yield section(title, _effects(value, board, scale), name)
        elif isinstance(value, Weighted):
            worth = f"{count(value.n_votes, 'vote')}, worth {value.effective:,.0f} evenly weighted."
            inside = [_scores(value.scores, board, scale), paragraphs([worth, *value.notices])]
            yield section(title, joined(inside), name)


def _slices(sliced: Sliced, scale: Scale) -> Html:
    parts = []
    for value, board in sliced.boards.items():
        rows = [
            (
                row.system,
                *(scale.text(x) for x in (row.beta, row.low, row.high)),
                percent(row.first_in, 0),
                f"{row.votes:,}",
            )
            for row in board.rows
        ]
        header = ("System", scale.title, "from", "to", "Best in", "Votes")
        parts += [
            tag("h3", f"{value}, {count(board.n_votes, 'vote')}"),
            paragraphs([*board.doubts, board.verdict]),
            table(header, rows, f"Leaderboard of {sliced.by} {value}", titled=True),
            paragraphs(board.notices, "small muted"),
        ]
    parts.append(paragraphs([caution(sliced), summary(sliced)]))
    return section(f"By {sliced.by}", joined(parts), "slices")


def _ties(found: TieScores, board: Board, scale: Scale) -> Html:
    rule = {"davidson": "Davidson (1970)", "rao-kupper": "Rao and Kupper (1967)"}[found.rule]
    words = (
        f"The model of {rule}: a tie is an outcome of its own. Readiness to call it a tie: "
        f"{NATURAL.text(found.tie)} (standard error {found.tie_se:.2f})."
    )
    return joined([_scores(found.scores, board, scale), paragraphs([words])])


def _effects(found: Effects, board: Board, scale: Scale) -> Html:
    rows = [
        (f"{one.name}: {one.unit}", *(NATURAL.signed(x) for x in (one.effect, one.low, one.high)))
        for one in found.effects
    ]
    effects = table(("Effect of", "Log odds", "from", "to"), rows, f"{found.n_votes:,} votes")
    words = "Log odds in favour of the answer of which it is true; 0.04 are about one point of 100."
    return joined(
        [
            effects,
            paragraphs([words, *found.notices]),
            tag("h3", "Scores with all of that equal"),
            _scores(found.adjusted, board, scale),
        ]
    )


def _scores(scores: Scores, board: Board, scale: Scale) -> Html:
    rows = []
    for row in board.rows:
        if row.system in scores:
            numbers = [scale.text(x) for x in (*scores[row.system], row.beta)]
            rows.append((row.system, *numbers))
    header = ("System", scale.title, "from", "to", "On the board")
    return table(header, rows, "Scores, in the order of the leaderboard")
