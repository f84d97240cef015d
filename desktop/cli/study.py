"""A study file: is it right, and what would it give?"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli.common import (
    add_home,
    add_json,
    add_seed,
    home_of,
    print_json,
    say,
    whole_number,
)
from desktop.cli.output import tell
from desktop.plural import count

if TYPE_CHECKING:
    from desktop.simulation.study_run import Simulated

HELP = "check a study file, or run it with simulated participants"
_MOST_PARTICIPANTS = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    commands = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    check = commands.add_parser("check", help="say whether a study file can be used, and of what")
    check.add_argument("file", metavar="FILE", type=Path)
    check.set_defaults(act=_check)
    simulate = commands.add_parser(
        "simulate",
        help="hold the sessions of simulated participants, whose preferences are known, through "
        "the real state machine, workers and database, and rank their votes",
    )
    simulate.add_argument("file", metavar="FILE", type=Path)
    simulate.add_argument(
        "--participants",
        type=whole_number(1, _MOST_PARTICIPANTS),
        default=100,
        metavar="N",
        help="how many (default 100)",
    )
    simulate.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="keep their databases and exports there (default: a folder that goes afterwards)",
    )
    add_seed(simulate, "seed of draws, tastes and votes")
    add_json(simulate)
    simulate.set_defaults(act=_simulate)


def run(args: argparse.Namespace) -> int:
    return int(args.act(args))


def _check(args: argparse.Namespace) -> int:
    from desktop.catalogue.known_systems import KnownSystems
    from desktop.cli.study_told import told
    from desktop.session.reason_recogniser import reason_recogniser
    from desktop.session.study import load_study
    from engines.pool import Pool

    home, study = home_of(args), load_study(args.file)
    entries = KnownSystems(home).of_study(study)  # what refuses a study in the window does so here
    with Pool((entry.system for entry in entries.values()), places=home.places) as pool:
        dictation = reason_recogniser(study, entries, pool)
    for line in told(study, dictation):
        tell(line)
    return 0


def _simulate(args: argparse.Namespace) -> int:
    from desktop.session.study import load_study
    from desktop.simulation.study_run import simulate

    study, people = load_study(args.file), count(args.participants, "participant")
    with tempfile.TemporaryDirectory(prefix="earshot-simulated-") as folder:
        out = args.out or Path(folder) / "out"
        came = simulate(
            study,
            args.participants,
            out,
            seed=args.seed,
            tell=lambda done, of: say(
                f"{done} of {count(of, 'station')} done"
                if done
                else f"Simulating {people}; every row is marked simulated."
            ),
        )
        if args.json:
            print_json(_as_json(came, kept=args.out is not None))
        else:
            for line in _lines(came):
                tell(line)
            if args.out is not None:
                tell(f"Databases and exports: {out}")
    return 0


def _as_json(came: Simulated, *, kept: bool) -> dict[str, Any]:
    return {
        "simulated": True,
        "seconds": round(came.seconds, 1),
        "conservation": asdict(came.conservation),
        "pairs": {f"{a}|{b}": n for (a, b), n in came.pairs.items()},
        "widest_spread": came.widest_spread,
        "truth": dict(came.truth),
        "order_recovered": came.order_recovered,
        "covered": came.covered,
        "board": came.board.to_json(),
        "exports": [str(path) for path in came.exports] if kept else [],
    }


def _spread(most: int) -> str:
    if not most:
        return "Within a station every pair got as many votes as any other."
    return f"Within a station no pair got over {count(most, 'vote')} more than another."


def _lines(came: Simulated) -> list[str]:
    from ranker.scale import NATURAL

    where, text = came.conservation, NATURAL.signed
    rows = [
        f"  {row.system:<28} {text(row.beta)}  [{text(row.low)}, {text(row.high)}]  "
        f"true {text(came.truth[row.system])}"
        for row in came.board.rows
    ]
    return [
        f"{where.sentence} It took {came.seconds:.0f} s.",
        _spread(came.widest_spread),
        "",
        "Ranked, with 95 % intervals, beside what votes without end would give:",
        *rows,
        "",
        f"The planted order was {'recovered' if came.order_recovered else 'not recovered'}; "
        f"{came.covered} of {count(len(rows), 'interval')} hold the true value.",
    ]
