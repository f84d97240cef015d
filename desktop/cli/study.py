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
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.errors import StudyProblem
    from desktop.session.study import load_study
    from desktop.session.study_turns import require_ears_for_turns
    from engines.registry import engines_at

    study = load_study(args.file)
    known = read_catalogue(home_of(args))
    if missing := [name for name in study.systems if name not in known]:
        raise StudyProblem(
            f"The study names {', '.join(missing)}, which this station does not know.",
            "`python main.py systems list` names those that it does.",
        )
    require_ears_for_turns(
        f"The study file {study.file}",
        study.turns,
        [known[name].system for name in study.systems],
        engines_at(home_of(args).places),
    )
    pairs = len(study.systems) * (len(study.systems) - 1) // 2
    tell(
        f"“{study.title}” ({study.id}) can be used: {count(len(study.systems), 'system')}, "
        f"{count(pairs, 'pair')}, {count(study.battles_per_session, 'vote')} a session."
    )
    tell(f"SHA-256 {study.sha256}")
    design = study.design
    if (design.same_system or design.same_text) and not study.showing.minimum_wait_ms:
        tell(
            "Note: battles with one system in both slots can be told by their wait, for it is "
            "asked twice in turn, or once. Set show.minimum_wait_ms to more than the slowest "
            "system takes twice."
        )
    return 0


def _simulate(args: argparse.Namespace) -> int:
    from desktop.session.study import load_study
    from desktop.simulation.study_run import simulate

    study = load_study(args.file)
    with tempfile.TemporaryDirectory(prefix="earshot-simulated-") as folder:
        out = args.out or Path(folder) / "out"
        say(f"Simulating {count(args.participants, 'participant')}; every row is marked simulated.")
        came = simulate(
            study,
            args.participants,
            out,
            seed=args.seed,
            tell=lambda done, of: say(f"{done} of {count(of, 'station')} done"),
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


def _lines(came: Simulated) -> list[str]:
    where = came.conservation
    rows = [
        f"  {row.system:<28} {row.beta:+.2f}  [{row.low:+.2f}, {row.high:+.2f}]  "
        f"true {came.truth[row.system]:+.2f}"
        for row in came.board.rows
    ]
    return [
        f"{where.sentence} It took {came.seconds:.0f} s.",
        f"Votes of pairs differ by {came.widest_spread} at most within a station.",
        "",
        "Ranked, with 95 % intervals, beside what votes without end would give:",
        *rows,
        "",
        f"The planted order was {'recovered' if came.order_recovered else 'not recovered'}; "
        f"{came.covered} of {count(len(rows), 'interval')} hold the true value.",
    ]
