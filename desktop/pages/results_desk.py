"""From this station's database to the Results page: export, rank, and say it in words.

`count_and_rank` runs in a background thread and reads only, on the same road as `export` and
`rank`; `results_state` is pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from desktop.catalogue.catalogue import Entry
from desktop.pages.exporting import counted_export
from desktop.paths import Home
from desktop.plural import count
from desktop.version import PROGRAM
from ui.results_state import BoardRow, PairCell, ResultsState

if TYPE_CHECKING:
    from ranker import Board, PairCount
    from ranker.report import Report


def count_and_rank(
    home: Home, catalogue: Mapping[str, Entry], *, include_simulated: bool
) -> tuple[ResultsState, Report]:
    """The state of the Results page, and what its charts and its report are made from.

    Raises the world errors of export and ranker.
    """
    from ranker.report import report_of  # late: numpy's algebra is not needed to open the window

    with counted_export(home) as own:
        report = report_of(
            [own],
            PROGRAM,
            include_simulated=include_simulated,
            call=lambda name: label_of(name, catalogue),
        )
    board = report.material.board
    return results_state(board, catalogue, includes_simulated=include_simulated), report


def results_state(
    board: Board, catalogue: Mapping[str, Entry], *, includes_simulated: bool
) -> ResultsState:
    """A board, whose sentences call systems by their labels, in the words and order of the page."""
    from ranker.disagreement import disagreements  # late, like all that counts

    systems = [row.system for row in board.rows]
    labels = tuple(label_of(system, catalogue) for system in systems)
    notes = _notes(board)
    rows = tuple(
        BoardRow(
            rank_text=row.rank_text if row.is_ranked else "",
            label=label,
            score=row.beta,
            low=row.low,
            high=row.high,
            votes=row.votes,
            note=note,
            best_in=row.first_in,
        )
        for row, label, note in zip(board.rows, labels, notes, strict=True)
    )
    return ResultsState(
        headline=_headline(board),
        verdict=board.verdict,
        doubts="\n".join(f"Doubtful: {doubt}" for doubt in board.doubts),
        notices="\n".join(board.notices),
        exclusions=_exclusions(board),
        rows=rows if board.n_votes else (),
        labels=labels,
        short_labels=short_names(systems),
        cells=_cells(systems, board.pairs),
        balance=_balance(board),
        against=" ".join(disagreements(board.pairs)),
        includes_simulated=includes_simulated,
    )


def label_of(system: str, catalogue: Mapping[str, Entry]) -> str:
    """The label of `id`, or of `id@version` where two versions are on the board."""
    system_id, at, version = system.partition("@")
    if system_id not in catalogue:
        return system
    return f"{catalogue[system_id].label} {version}" if at else catalogue[system_id].label


def short_names(systems: Sequence[str]) -> tuple[str, ...]:
    """Ids without the words that all of them begin with: for the heads of narrow columns."""
    if len(systems) < 2:
        return tuple(systems)
    words = [re.split("(?<=[-_/])", system) for system in systems]
    same = len([*takewhile(lambda nth: len(set(nth)) == 1, zip(*words, strict=False))])
    return tuple("".join(of[same:]) for of in words)


def _notes(board: Board) -> list[str]:
    """A row's own; what is true of every finite score alike, a notice of the board says already."""
    notes = [row.note for row in board.rows]
    alike = len(set(notes)) == 1 and all(math.isfinite(row.beta) for row in board.rows)
    return [""] * len(notes) if alike else notes


def _headline(board: Board) -> str:
    from ranker.verdict import resampled_units  # late, like all that counts

    people = count(board.n_participants, "participant")
    stations = count(board.n_stations, "station")
    interval = f"{board.confidence:.0%} intervals".replace("%", " %")
    resampled = resampled_units(board.resampled)
    votes = count(board.n_votes, "vote")
    return f"{votes}, {people}, {stations}. The {interval} resample {resampled}."


def _exclusions(board: Board) -> str:
    from ranker.ended import ended  # late, like all that counts
    from ranker.left_out import in_words

    if not board.exclusions:
        return f"All of the {count(board.n_seen, 'battle')} that have ended are counted."
    left_out = board.n_seen - board.n_votes
    parts = ", ".join(in_words(one.rule, one.count) for one in board.exclusions)
    are = count(left_out, "is", "are")
    said = f"Of {count(board.n_seen, 'battle')}, {are} not counted: {parts}."
    lost = set(board.states) - {"voted"}
    return f"{ended(board.states)} {said}" if lost else said


def _balance(board: Board) -> str:
    if board.slot is None:
        return ""
    points, low, high = (100 * x for x in (board.slot.points, board.slot.low, board.slot.high))
    return f"The left answer gets {points:.1f} % of the points ({low:.1f}–{high:.1f})."


def _cells(systems: list[str], pairs: tuple[PairCount, ...]) -> tuple[tuple[PairCell, ...], ...]:
    from ranker.charts import marks

    known: dict[tuple[str, str], PairCell] = {}
    for pair in pairs:
        ties, points, signs = pair.ties + pair.both_bad, pair.points, marks(pair)
        known[pair.first, pair.second] = PairCell(points, pair.wins, ties, pair.losses, signs)
        known[pair.second, pair.first] = PairCell(1 - points, pair.losses, ties, pair.wins, signs)
    nobody = PairCell(None)
    return tuple(tuple(known.get((row, column), nobody) for column in systems) for row in systems)
