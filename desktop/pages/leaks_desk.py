"""From this station's database to what gives systems away, in the words of the Results page.

`measure` runs in a background thread and reads only, on the same road as `audit`; `leaks_state` is
pure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from desktop.pages.exporting import counted_export
from desktop.paths import Home
from desktop.plural import count
from ui.results_state import LeakRow, LeaksState

if TYPE_CHECKING:
    from ranker.audit import Figure, Report


def measure(home: Home, *, include_simulated: bool) -> LeaksState:
    """Takes seconds, for thousands of battles some ten. Raises the world errors of export and
    ranker."""
    from ranker.audit import audit  # late, like all that counts

    with counted_export(home) as own:
        return leaks_state(audit(own, include_simulated=include_simulated))


def leaks_state(report: Report) -> LeaksState:
    people = count(report.n_participants, "participant")
    said = (
        f"{count(report.n_turns, 'turn')}, {people}. What was tried was never learned from: the "
        f"parts are made by {report.grouped_by}. The tick is chance, the line the 99 % interval.",
    )
    return LeaksState(
        line=" ".join((*map("Doubtful: {}".format, report.doubts), *said, *report.notices)),
        rows=tuple(_row(figure, report.n_turns) for figure in report.figures),
    )


def _row(figure: Figure, n_turns: int) -> LeakRow:
    from ranker.audit.report import lacking, possible  # late, like all that counts

    score = figure.score
    if score is None:
        return LeakRow(figure.title, math.nan, math.nan, math.nan, math.nan, figure.why_not)
    lacks = f" {lacking(figure.name, figure.n_missing, n_turns)}." * (figure.n_missing > 0)
    often = "More often than chance." if score.leaks else f"No leak found; {possible(score)}."
    return LeakRow(figure.title, score.accuracy, score.low, score.high, score.chance, often + lacks)
