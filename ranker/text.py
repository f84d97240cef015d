"""A board for a terminal: aligned columns, and the doubt beside every number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ranker.board import Board, BoardRow, PairCount
from ranker.disagreement import disagreements
from ranker.ended import ended, seen
from ranker.left_out import in_words
from ranker.scale import NATURAL, Scale
from ranker.verdict import count, resampled_units

_READING = (
    "Strength is a system's share of the strength of all; “best in” is the part of the resamples "
    "in which it is above every other. Points count a win as one, a tie and “both bad” as a half. "
    "P is how often two equal systems would come out so far apart; “of all” allows for the number "
    "of pairs."
)


def render(board: Board, scale: Scale = NATURAL) -> str:
    """The whole board as text that ends without a line break."""
    blocks = ["\n".join(f"Doubtful: {doubt}" for doubt in board.doubts), _head(board)]
    if board.rows:
        blocks.append(leaderboard(board, scale))
        blocks.append(_pairs(board.pairs))
    blocks.append(_tail(board))
    return "\n\n".join(block for block in blocks if block)


def _head(board: Board) -> str:
    counted = f"{count(board.n_votes, 'vote')}, {count(board.n_participants, 'participant')}, "
    lines = [board.verdict, counted + count(board.n_stations, "station") + "."]
    if board.rows:
        lines.append(
            f"Intervals: {100 * board.confidence:g} %, {board.bootstraps:,} resamples of "
            f"{resampled_units(board.resampled)}, seed {board.seed}."
        )
    return "\n".join(lines)


def leaderboard(board: Board, scale: Scale = NATURAL) -> str:
    """The rows alone."""
    numbers = ("Score", "from", "to", "Strength", "from", "to", "Best in", "Votes")
    header = ("Rank", "System", *numbers, "")
    return in_columns(header, [_row(row, scale) for row in board.rows], left=(1, 10))


def _row(row: BoardRow, scale: Scale) -> tuple[str, ...]:
    scores = tuple(scale.text(score) for score in (row.beta, row.low, row.high))
    parts = (_percent(row.share), _percent(row.share_low), _percent(row.share_high))
    return (
        row.rank_text,
        row.system,
        *scores,
        *parts,
        _percent(row.first_in),
        f"{row.votes:,}",
        row.note,
    )


def _pairs(pairs: Sequence[PairCount]) -> str:
    header = ("Pair", "", "Points", "from", "to", "P", "of all", "Won", "Tied", "Both bad", "Lost")
    rows = [
        (
            pair.first,
            pair.second,
            *(_percent(part) for part in (pair.points, pair.low, pair.high)),
            *(_chance(p) for p in (pair.p, pair.p_family)),
            *(f"{n:,}" for n in (pair.wins, pair.ties, pair.both_bad, pair.losses)),
        )
        for pair in pairs
    ]
    return in_columns(header, rows, left=(0, 1))


def _tail(board: Board) -> str:
    lines = [_READING] if board.rows else []
    lines += disagreements(board.pairs)
    lines += board.notices
    if board.slot:
        slot = board.slot
        lines.append(
            f"Slot a got {_percent(slot.points)} of the points "
            f"({_percent(slot.low)} to {_percent(slot.high)}; 50 % when order is harmless)."
        )
    lines += filter(None, [ended(board.states)])
    lines.append(seen(board.n_seen, board.n_votes))
    lines += [
        f"  {in_words(left.rule, left.count)}, for example {left.example}"
        for left in board.exclusions
    ]
    return "\n".join(lines)


def in_columns(header: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    """Rows under their headings; the columns whose numbers are `left` begin there."""
    table = [header, *rows]
    widths = [max(len(row[k]) for row in table) for k in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k in left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def _chance(p: float) -> str:
    """A P to three places."""
    return f"{p:.3f}" if p >= 0.001 else "<.001"


def _percent(part: float) -> str:
    return "–" if math.isnan(part) else f"{100 * part:.1f} %"
