"""How often each system stood left of each other one."""

from __future__ import annotations

from ranker.charts.chart import Chart, Frame
from ranker.charts.grid import GridCell, GridRow, grid, grid_width
from ranker.charts.material import Material
from ranker.charts.tables import coverage_table


def coverage(material: Material) -> Chart | None:
    """Votes by ordered pair: row left, column right; None where nobody looked."""
    table = coverage_table(material)
    if table is None:
        return None
    board = material.board
    votes = {(a, b): n for a, b, n in material.circumstances.ordered}
    systems = [row.system for row in board.rows]
    line = f"{material.counted} Votes with row on the left and column on the right."
    frame = Frame(table.title, (line,), grid_width(len(systems)))
    most = max(votes.values(), default=0)
    numbers = [str(k) for k in range(1, len(systems) + 1)]
    rows = [
        GridRow(
            material.call(left),
            [
                GridCell("·") if left == right else _cell(votes.get((left, right), 0), most)
                for right in systems
            ],
            number,
        )
        for number, left in zip(numbers, systems, strict=True)
    ]
    grid(frame, numbers, rows)
    fewest = min((int(n) for *_, n in table.rows), default=0)
    note = f"Between {fewest:,} and {most:,} votes; balanced where a cell equals its mirror image."
    alt = f"Votes of {len(systems)} systems by ordered pair, between {fewest:,} and {most:,}."
    drawing = frame.finished(material, note)
    return Chart(table, alt, drawing, material.facts)


def _cell(n: int, most: int) -> GridCell:
    return GridCell(f"{n:,}" if n else "–", n / most if most else 0.0)
