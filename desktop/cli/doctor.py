"""Tries everything a session needs and says what is wrong and the fix."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop.cli.common import add_head, add_home, add_json, home_of, print_json
from desktop.cli.output import tell
from desktop.settings import add_microphone

HELP = "microphone, playback, disk, database, workers: what is wrong and the fix"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_microphone(parser)
    add_head(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.doctor import Verdict, examine

    findings = []
    for finding in examine(home_of(args), microphone=args.microphone, heads=args.head):
        findings.append(finding)
        if not args.json:
            tell(f"{finding.verdict.value:<8} {finding.check:<14} {finding.sentence}")
            if finding.fix:
                tell(f"{'':<23} {finding.fix}")
    if args.json:
        print_json([asdict(finding) for finding in findings])
    return 1 if any(finding.verdict is Verdict.BAD for finding in findings) else 0
