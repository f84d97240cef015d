"""What `rank` counts, and where it goes."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.common import print_json, say, say_simulated
from desktop.cli.output import tell
from desktop.errors import EarshotError, UsageProblem
from desktop.version import PROGRAM

if TYPE_CHECKING:
    from ranker.report.findings import Report


def answer(args: argparse.Namespace) -> int:
    from ranker.beside_text import render_beside
    from ranker.text import render

    found = _found(args)
    board, scale = found.material.board, found.material.scale
    if args.csv:
        from ranker.charts import as_csv
        from ranker.charts.tables import leaderboard_table

        _write(args.csv, lambda: as_csv(leaderboard_table(found.material), found.material.facts))
    if args.html:
        from ranker.report import page

        _write(args.html, lambda: page(found))
    if args.json:
        print_json(found.to_json())
    else:
        blocks = render(board, scale), render_beside(found.beside, board, scale)
        tell("\n\n".join(block for block in blocks if block))
        say_simulated(sum(x.count for x in board.exclusions if x.rule == "simulated"))
    return 0


def _found(args: argparse.Namespace) -> Report:
    """Raises UsageProblem for what cannot be asked of these votes."""
    from ranker.beside import Wishes
    from ranker.report.findings import report_of
    from ranker.scale import NATURAL, POINTS_400

    if args.labels and not args.by:
        raise UsageProblem("--labels has columns, and --by says which of them.", "Give both.")
    wishes = Wishes(
        by=args.by,
        labels=args.labels,
        ties=None if args.ties == "half" else args.ties,
        adjust=args.adjust,
        weigh=args.weigh is not None,
    )
    try:
        return report_of(
            args.exports,
            PROGRAM,
            wishes=wishes,
            whole=args.html is not None,
            scale=POINTS_400 if args.scale == "400" else NATURAL,
            bootstraps=args.bootstraps,
            confidence=args.confidence,
            seed=args.seed,
            resample=args.resample,
            include_simulated=args.simulated,
            prior=args.prior,
        )
    except OSError as problem:
        if args.labels is None or problem.filename != str(args.labels):
            raise
        raise UsageProblem(f"{args.labels} cannot be read ({problem.strerror}).") from problem
    except (UnicodeDecodeError, csv.Error) as problem:  # nothing else that is read may raise them
        raise UsageProblem(f"{args.labels} is no CSV file in UTF-8 ({problem}).") from problem
    except ValueError as problem:
        if type(problem) is not ValueError:
            raise  # a bug: only the plain one is the ranker's word for what votes do not allow
        sentence = str(problem).rstrip(".")
        raise UsageProblem(f"{sentence[:1].upper()}{sentence[1:]}.") from problem


def _write(path: Path, make: Callable[[], str]) -> None:
    text = make()
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise EarshotError(
            f"{path} cannot be written ({error.strerror}).", "Name a file in a folder of yours."
        ) from error
    say(f"Written: {path}")
