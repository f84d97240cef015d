"""What people said for an answer, and where it failed."""

from __future__ import annotations

from ranker.charts.chart import Chart, Frame
from ranker.charts.grid import GridCell, GridRow, grid, grid_width
from ranker.charts.material import Material
from ranker.charts.tables import reasons_table
from ranker.circumstances import KINDS

WORDS = {
    "level_of_detail": "Level of detail",
    "helpfulness": "Helpfulness",
    "accuracy": "Accuracy",
    "language_appropriateness": "Language appropriateness",
    "human_likeness": "Human-likeness",
    "heard_wrong": "Heard me wrong",
    "content": "Content",
    "form": "Form",
}
"""As participants read them."""
_HEADINGS = {"for": "What speaks for it", "failed": "Where it failed", "other": "Other"}


def reasons(material: Material) -> Chart | None:
    """Reason codes by system; None where nobody gave any."""
    table = reasons_table(material)
    if table is None:
        return None
    by_system = {one.system: one for one in material.circumstances.reasons if one.judged}
    systems = [row.system for row in material.board.rows if row.system in by_system]
    places = {row.system: str(k) for k, row in enumerate(material.board.rows, 1)}
    codes = list(dict.fromkeys(code for s in systems for code, _ in by_system[s].counts))
    judged = sum(by_system[system].judged for system in systems)
    line = f"{material.counted} Reasons were given for {judged:,} answers; columns are systems."
    frame = Frame(table.title, (line,), grid_width(len(systems)))
    rows = []
    for kind, heading in _HEADINGS.items():
        group = [code for code in codes if KINDS.get(code, "other") == kind]
        rows += [GridRow(heading, ())] * bool(group)
        for code in group:
            cells = []
            for system in systems:
                n = dict(by_system[system].counts).get(code, 0)
                cells.append(GridCell(f"{n:,}" if n else "–", n / by_system[system].judged))
            rows.append(GridRow(WORDS.get(code, code), cells))
    judged_cells = [GridCell(f"{by_system[s].judged:,}") for s in systems]
    rows += [GridRow("In all", ()), GridRow("Answers with a reason", judged_cells)]
    grid(frame, [places[system] for system in systems], rows)
    names = ", ".join(f"{places[system]} {material.call(system)}" for system in systems)
    note = f"Deeper where it was said of a larger part of the system’s answers. {names}."
    alt = f"How often each of {len(codes)} reasons was given for answers of {len(systems)} systems."
    drawing = frame.finished(material, note)
    return Chart(table, alt, drawing, material.facts)
