"""`systems install`, `bundle`, `add` and `remove`: what changes which systems are here."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli.choosing import add_key, chosen
from desktop.cli.common import home_of, say
from desktop.cli.fetch_lines import ProgressLine, plan_lines
from desktop.cli.output import tell
from desktop.errors import UsageProblem

if TYPE_CHECKING:
    from desktop.getting.fetching import Plan
    from desktop.paths import Home
    from engines.api import System

Act = Callable[[argparse.Namespace], int]
Actions = Any


def add_actions(actions: Actions, action: Callable[..., argparse.ArgumentParser]) -> None:
    """`action(actions, name, says, act)` makes one of them."""
    install = action(actions, "install", "fetch the weights of systems, verified", _install)
    install.add_argument("ids", nargs="*", metavar="ID", help="see `systems list`")
    install.add_argument("--yes", action="store_true", help="accept what would be asked")
    install.add_argument(
        "--allow-code",
        action="store_true",
        help="allow the shown revision's own Python code to run, in its worker",
    )
    where = install.add_mutually_exclusive_group()
    where.add_argument(
        "--from", dest="folder", type=Path, metavar="DIR", help="use the weights in this folder"
    )
    where.add_argument("--bundle", type=Path, metavar="DIR", help="what `systems bundle` wrote")
    install.add_argument("--repo", default="", help="with --from: which repository DIR stands for")

    bundle = action(actions, "bundle", "write what a station without a network needs", _bundle)
    bundle.add_argument("ids", nargs="+", metavar="ID", help="systems that are installed here")
    bundle.add_argument("to", type=Path, metavar="DIR", help="new or empty folder to write into")

    add = action(actions, "add", "a system of your own: a file, an address or a checkpoint", _add)
    add.add_argument("what", metavar="WHAT", help="FILE.toml, http(s)://…/v1, or a checkpoint")
    add.add_argument("--id", default="", help="its id; made of the name unless said")
    add.add_argument("--label", default="", help="its name for people")
    add.add_argument("--model", default="", help="with an address: which model of that server")
    add_key(add, "of the key that a server at an address is asked with")
    add.add_argument(
        "--reads-text",
        action="store_true",
        help="with an address: the model does not hear, so another system's recogniser does",
    )
    add.add_argument(
        "--hears-like",
        default="",
        metavar="ID",
        help="for a model that reads text: the system whose recogniser hears for it",
    )

    remove = action(actions, "remove", "free the disk of a system's weights", _remove)
    remove.add_argument("ids", nargs="+", metavar="ID", help="see `systems list`")


def _install(args: argparse.Namespace) -> int:
    home = home_of(args)
    if args.folder is None:
        _refuse(args, "Only a folder (--from) stands for a repository", "repo")
    if args.bundle is not None:
        return _install_bundle(args, home)
    if not args.ids:
        raise UsageProblem("Which system?", "`python main.py systems list` names them.")
    if args.folder is not None:
        return _link(args, home)
    return _fetch(args, home)


def _fetch(args: argparse.Namespace, home: Home) -> int:
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.getting.fetching import carry_out, make_plan
    from desktop.keys.states import told_of_keys
    from desktop.keys.vault import key_of_station
    from desktop.pages.systems_desk import list_systems

    catalogue = read_catalogue(home)
    entries = chosen(catalogue, args.ids)
    say("Asking what would come …")
    plan = make_plan(entries, home, keys=key_of_station)
    for line in plan_lines(plan, home):
        say(line)
    if plan.wanted:
        _agree(plan, args)
        with ProgressLine() as line_of:
            carry_out(
                plan,
                home,
                allow_code=args.allow_code or not args.yes,
                on_progress=line_of.show,
                keys=key_of_station,
            )
    again = read_catalogue(home)
    now = {e.system.id: again[e.system.id] for e in entries}
    for row in told_of_keys(list_systems(now, home)):
        tell(f"{row.id}: {row.status_text}")
        if row.how_to_get:
            say(row.how_to_get)
    return 0


def _agree(plan: Plan, args: argparse.Namespace) -> None:
    """Somebody's word before the first byte. Raises UsageProblem without it."""
    if args.yes:
        return
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageProblem("Nobody is here to agree.", "Type it again with --yes.")
    code = " and let that Python code run" if plan.code and not args.allow_code else ""
    say(f"Fetch it{code}? Type yes:")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageProblem("Nothing was fetched.")


def _link(args: argparse.Namespace, home: Home) -> int:
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.getting.linking import link

    entries = chosen(read_catalogue(home), args.ids)
    if len(entries) != 1:
        raise UsageProblem("One folder is one system's.", "Name one system with --from.")
    source = link(
        entries[0],
        args.folder,
        home,
        repo=args.repo,
        allow_code=args.allow_code,
        on_file=lambda path: say(f"Reading {path} …"),
    )
    tell(f"{args.ids[0]}: {source.repo} is {args.folder}, as revision {source.revision}")
    return 0


def _install_bundle(args: argparse.Namespace, home: Home) -> int:
    from desktop.amounts import size
    from desktop.getting.bundling import install_bundle, read_bundle

    if args.ids:
        raise UsageProblem("A bundle brings all its systems.", "Name no system with --bundle.")
    bundle = read_bundle(args.bundle)
    say(f"{', '.join(bundle.systems)}: {size(bundle.total_bytes)}")
    install_bundle(
        bundle,
        home,
        allow_code=args.allow_code,
        on_file=lambda path: say(f"Copying {path} …"),
    )
    for system in bundle.systems:
        tell(f"{system}: here")
    return 0


def _bundle(args: argparse.Namespace) -> int:
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.getting.bundling import write_bundle

    home = home_of(args)
    entries = chosen(read_catalogue(home), args.ids)
    needs = write_bundle(entries, args.to, home, lambda path: say(f"Copying {path} …"))
    tell(f"{args.to} holds {', '.join(args.ids)}.")
    tell(f"There: python main.py systems install --bundle {shlex.quote(str(args.to))}")
    for need in needs:
        tell(f"It also needs {need}")
    return 0


def _add(args: argparse.Namespace) -> int:
    from desktop.catalogue.adding import HEARS, add_address, add_checkpoint, add_file
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.catalogue.server_address import is_address

    home = home_of(args)
    if is_address(args.what):
        added = add_address(
            args.what,
            home,
            model=args.model,
            key=args.key,
            id_=args.id,
            label=args.label,
            recogniser=args.hears_like or (HEARS if args.reads_text else ""),
        )
    elif args.what.endswith(".toml"):
        itself = ("id", "label", "model", "key", "reads_text", "hears_like")
        _refuse(args, "A file says that itself", *itself)
        added = add_file(Path(args.what), home)
    else:
        _refuse(args, "Only an address is asked that way", "model", "key", "reads_text")
        added = add_checkpoint(
            Path(args.what), home, id_=args.id, label=args.label, recogniser=args.hears_like
        )
    known = read_catalogue(home)
    for id_ in added:
        tell(id_)
        say(_ears(known[id_].system, args.hears_like or HEARS, own=args.what.endswith(".toml")))
    say(f"Written into {home.catalogue}; edit or delete it there.")
    return 0


def _refuse(args: argparse.Namespace, why: str, *names: str) -> None:
    """A flag that does not apply would be taken and do nothing. Raises UsageProblem."""
    given = ["--" + name.replace("_", "-") for name in names if getattr(args, name)]
    if given:
        raise UsageProblem(f"{why}.", f"Leave out {', '.join(given)}.")


def _ears(system: System, ears_of: str, *, own: bool) -> str:
    if system.recogniser is None:
        return f"{system.id} hears itself."
    heard = f"{system.id} reads text; {system.recogniser.engine} hears for it"
    if own or "path" in system.recogniser.model:
        return f"{heard}."
    return f"{heard}, as for {ears_of} (--hears-like names another)."


def _remove(args: argparse.Namespace) -> int:
    from desktop.amounts import size
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.getting.on_disk import weights_of
    from desktop.getting.removing_weights import remove_weights

    home = home_of(args)
    catalogue = read_catalogue(home)
    for entry in chosen(catalogue, args.ids):
        was_here = any(True for _ in weights_of(entry, home.models))
        removed = remove_weights(entry, catalogue, home)
        freed = f"{size(removed.freed_bytes)} freed"
        tell(f"{entry.system.id}: {freed if was_here else 'no weights of it were fetched here'}")
        if entry.own:
            say(f"It is a system of your own and stays listed until you delete {entry.file}.")
        for repo, other in removed.kept.items():
            say(f"{repo} stays: {other} uses it.")
    return 0
