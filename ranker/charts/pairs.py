"""Who beats whom: the paper's Figure 3, left."""

from __future__ import annotations

from ranker.board import PairCount
from ranker.charts.chart import Chart, Frame
from ranker.charts.grid import GridCell, GridRow, grid, grid_width
from ranker.charts.material import Material
from ranker.charts.tables import pairs_table
from ranker.disagreement import SIGNIFICANT, disagreements

STAR, FAMILY = "*", "†"


def marks(pair: PairCount) -> str:
    """A star where the pair differs by itself, a dagger where it does among all pairs too."""
    return STAR * (pair.p < SIGNIFICANT) + FAMILY * (pair.p_family < SIGNIFICANT)


def pair_matrix(material: Material) -> Chart:
    """Share of the points of row over column."""
    board = material.board
    table = pairs_table(material)
    systems = [row.system for row in board.rows]
    frame = Frame(
        table.title,
        (f"{material.counted} Per cent of the points that row takes from column, ties as half.",),
        grid_width(len(systems)),
    )
    cells: dict[tuple[str, str], GridCell] = {}
    for pair in board.pairs:
        for row, column, points in (
            (pair.first, pair.second, pair.points),
            (pair.second, pair.first, 1 - pair.points),
        ):
            text = f"{100 * points:.0f}{marks(pair)}"
            cells[row, column] = GridCell(text, max(2 * points - 1, 0.0))
    numbers = [str(k) for k in range(1, len(systems) + 1)]
    nobody = GridCell("–")
    rows = [
        GridRow(
            material.call(system),
            [GridCell("·") if system == s else cells.get((system, s), nobody) for s in systems],
            number,
        )
        for number, system in zip(numbers, systems, strict=True)
    ]
    grid(frame, numbers, rows)
    tests = "test" if len(board.pairs) == 1 else f"{len(board.pairs)} tests"
    note = (
        f"{STAR} differs from 50 %: P < 0.05, two-sided, by the bootstrap inside the pair. "
        f"{FAMILY} holds for all {tests} together too."
        + " – never met."
        * (len(board.pairs) < len(systems) * (len(systems) - 1) / 2)
    )
    against = disagreements(board.pairs)
    starred = sum(pair.p < SIGNIFICANT for pair in board.pairs)
    alt = (
        f"Matrix of {len(systems)} systems against each other; {starred} of {len(board.pairs)} "
        "pairs differ at P < 0.05."
    )
    drawing = frame.finished(material, note, *against)
    return Chart(table, alt, drawing, material.facts)
