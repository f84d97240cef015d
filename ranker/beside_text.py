"""What was asked for beside the board, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ranker.beside import Beside
from ranker.board import Board
from ranker.effects import Effects
from ranker.propensity import Weighted
from ranker.scale import NATURAL, Scale
from ranker.slices import Sliced, caution, summary
from ranker.text import in_columns, leaderboard
from ranker.tie_scores import TieScores
from ranker.verdict import count

_RULES = {"davidson": "Davidson", "rao-kupper": "Rao and Kupper"}

Scores = Mapping[str, tuple[float, float, float]]


def render_beside(found: Beside, board: Board, scale: Scale = NATURAL) -> str:
    """Blocks with an empty line between them; empty where nothing was asked for."""
    return "\n\n".join(_blocks(found, board, scale))


def _blocks(found: Beside, board: Board, scale: Scale) -> Iterator[str]:
    yield from found.notices
    if isinstance(found.sliced, Sliced):
        yield from _slices(found.sliced, scale)
    if isinstance(found.ties, TieScores):
        yield _ties(found.ties, board, scale)
    if isinstance(found.effects, Effects):
        yield _effects(found.effects, board, scale)
    if isinstance(found.weighted, Weighted):
        yield _weighted(found.weighted, board, scale)
    problems = (
        ("Slices", found.sliced),
        ("Ties as information", found.ties),
        ("Covariates", found.effects),
        ("Weighted by what was logged of the draws", found.weighted),
    )
    for title, problem in problems:
        if isinstance(problem, str):
            yield f"{title}: {problem}"


def _slices(sliced: Sliced, scale: Scale) -> Iterator[str]:
    for value, board in sliced.boards.items():
        doubts = [f"Doubtful: {doubt}" for doubt in board.doubts]
        head = f"{sliced.by} {value}: {count(board.n_votes, 'vote')}. {board.verdict}"
        lines = [*doubts, head, leaderboard(board, scale), *board.notices]
        yield "\n".join(line for line in lines if line)
    if warned := caution(sliced):
        yield warned
    if left := summary(sliced):
        yield f"{sliced.by}: {left}"


def _ties(found: TieScores, board: Board, scale: Scale) -> str:
    title = f"Scores if ties are an outcome of their own ({_RULES[found.rule]})"
    readiness = (
        f"Readiness to call it a tie: {NATURAL.text(found.tie)} ± {found.tie_se:.2f} (natural log, "
        "standard error)."
    )
    return "\n".join([title, _beside(found.scores, board, scale), readiness])


def _weighted(found: Weighted, board: Board, scale: Scale) -> str:
    title = (
        "Scores as if every pair had been drawn equally often: "
        f"{count(found.n_votes, 'vote')}, worth {found.effective:,.0f} evenly weighted ones"
    )
    return "\n".join([title, _beside(found.scores, board, scale), *found.notices])


def _effects(found: Effects, board: Board, scale: Scale) -> str:
    rows = [
        (
            effect.name,
            *(NATURAL.signed(x) for x in (effect.effect, effect.low, effect.high)),
            f"for {effect.unit}",
        )
        for effect in found.effects
    ]
    header = ("Effect", "Log odds", "from", "to", "")
    return "\n".join(
        [
            f"What moves a vote besides the systems, of {count(found.n_votes, 'vote')}",
            in_columns(header, rows, left=(0, 4)),
            "Log odds in favour of the answer of which it is true; 0.04 are about one point in a "
            "hundred.",
            "",
            "Scores with all of that equal",
            _beside(found.adjusted, board, scale),
            *found.notices,
        ]
    )


def _beside(scores: Scores, board: Board, scale: Scale) -> str:
    """In the order of the board, and beside what it says."""
    rows = [
        (row.system, *(scale.text(value) for value in (*scores[row.system], row.beta)))
        for row in board.rows
        if row.system in scores
    ]
    return in_columns(("System", "Score", "from", "to", "on the board"), rows, left=(0,))
