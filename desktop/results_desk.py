"""From this station's database to the Results page: export, rank, and say it in words.

Runs in a background thread and reads only, the same road as `export` and `rank`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from desktop.catalogue import Entry
from desktop.paths import Home
from local_db.export import export
from ui.state import ResultsState


def count_and_rank(
    home: Home, catalogue: Mapping[str, Entry], *, include_simulated: bool
) -> ResultsState:
    """The state of the Results page. Raises the world errors of export and ranker."""
    import ranker

    shutil.rmtree(home.counted, ignore_errors=True)
    export(home.database, home.takes, home.counted)
    board = ranker.rank([home.counted], include_simulated=include_simulated)
    return results_state(board, catalogue, include_simulated=include_simulated)
