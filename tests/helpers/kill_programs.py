"""Kills the real program at chosen and at random moments, and looks at what is left.

    python -m tests.helpers.kill_programs FOLDER KILLS SEED [TAKE]

Forks a child that runs the program (`doomed_program`), which dies at the moment it was given or is
killed from here; then looks at a copy of the data folder as the next start of a program would. The
folder itself is put in order by the next child, which goes on with the session. It prints one JSON
object: what the `Tally` below holds. A process of its own, because it forks. Without a TAKE the
children listen to the microphone of their environment.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import traceback
import wave
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Loaded once, before the forks: what every child needs, and nothing that starts a thread.
import ui.pages.arena
import ui.pages.finished  # noqa: F401 - as the line before
from local_db import kept
from local_db.recovery import ORPHANS
from local_db.store import Store
from local_db.take_files import PART_SUFFIX, sha256_of
from tests.helpers.doomed_program import (
    ACKNOWLEDGED,
    BATTLES,
    MICROPHONE_MOMENTS,
    MOMENTS,
    Fate,
    run,
)
from tests.helpers.voting import open_test_store, votes_too_few, votes_too_many

KILLS_A_FOLDER = 20
ANY = "any"
ANY_A_ROUND = 4
"""So many kills of a round come from outside, at no moment in particular."""
MOST_VOTES, LONGEST_WAIT_S = 2, 1.0
"""The moment counts once so many votes are shown; a kill from outside comes so long after: both
drawn at random."""
PATIENCE_S = 60.0
"""Only a failure waits this long for a line of the child."""
HEADER_BYTES = 44


@dataclass
class Tally:
    kills: int = 0
    moments: dict[str, int] = field(default_factory=Counter)
    acknowledged: int = 0
    """Votes the window had shown as committed before the kill."""
    changed: int = 0
    """Those among them that stand in the place of another."""
    unacknowledged: int = 0
    """Votes that were committed and not shown: allowed."""
    turns: int = 0
    """Whose answers the window had shown before the kill."""
    lost_turns: int = 0
    """Those that are not there with all that was shown of them."""
    lost: int = 0
    duplicated: int = 0
    without_take: int = 0
    """Rows whose recording is not there, is another one, or cannot be read."""
    lost_recordings: int = 0
    """Finished or not: bytes that a kill left behind and that are nowhere now."""
    unreadable_recordings: int = 0
    broken_chains: int = 0
    wrong_counts: int = 0
    """Sessions whose voted battles are not numbered 1, 2, 3 … , or that hold too many."""
    wrong_offers: int = 0
    battles_abandoned: int = 0
    recordings_put_aside: int = 0
    sessions_continued: int = 0
    sessions_ended: int = 0


@dataclass
class Station:
    """One data folder and what is known of it."""

    folder: Path
    take: Path | None
    votes: set[str] = field(default_factory=set)
    """Keys that must be there."""
    turns: set[str] = field(default_factory=set)
    """Likewise."""
    recordings: set[str] = field(default_factory=set)
    """Digests of everything that was ever seen in the folder of takes."""
    broken_off_after: int = 0
    """Battles voted on in the session that the next start must offer to continue; 0 for none."""


@dataclass
class Life:
    """What one child told."""

    offered: list[int] = field(default_factory=list)
    """Battles of the session that could be gone on with, each time one was to begin."""
    votes: list[str] = field(default_factory=list)
    """The first one of each battle."""
    changes: list[str] = field(default_factory=list)
    """Votes in the place of another."""
    turns: list[str] = field(default_factory=list)
    """Those whose answers were shown."""
    ended: int = 0
    """Sessions."""

    def hear(self, line: str) -> None:
        what, _, argument = line.partition(" ")
        if what == "offered":
            self.offered.append(int(argument))
        elif what == "vote":
            self.votes.append(argument)
        elif what == "changed":
            self.changes.append(argument)
        elif what == "turn":
            self.turns.append(argument)
        elif what == "finished":
            self.ended += 1


def live(station: Station, fate: Fate, *, then_s: float = 0.0, sessions: int | None = None) -> Life:
    """A child from its start to its end; with the moment `ANY` it is killed from here."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(ours)
            run(station.folder, station.take, theirs, fate, sessions=sessions)
            code = 0
        finally:  # the child must never return into the parent's code
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(theirs)
    life, votes = Life(), fate.votes
    lines = _lines(ours, child)
    for line in lines:
        life.hear(line)
        if fate.moment == ANY and len(life.votes) >= votes:
            select.select([], [], [], then_s)
            os.kill(child, signal.SIGKILL)
            break
    for line in lines:
        life.hear(line)
    os.close(ours)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != (-signal.SIGKILL if sessions is None else 0):
        raise RuntimeError("the child ended otherwise than it was told to: see stderr")
    return life


def _lines(descriptor: int, child: int) -> Iterator[str]:
    """Until the child has ended."""
    rest = b""
    while True:
        if not select.select([descriptor], [], [], PATIENCE_S)[0]:
            os.kill(child, signal.SIGKILL)
            raise RuntimeError("the child stands still")
        told = os.read(descriptor, 4096)
        if not told:
            return
        *lines, rest = (rest + told).split(b"\n")
        yield from (line.decode() for line in lines)


def look_at(station: Station, life: Life, tally: Tally, *, whole: bool = True) -> None:
    """Put a copy in order as the next start would, and compare it with what was told.

    `whole`: no recording was being written to when the program ended.
    """
    first, *later = life.offered
    tally.wrong_offers += first != station.broken_off_after or any(later)
    tally.sessions_continued += first > 0
    tally.sessions_ended += life.ended
    tally.acknowledged += len(life.votes) + len(life.changes)
    tally.changed += len(life.changes)
    tally.turns += len(life.turns)
    station.votes.update(life.votes, life.changes)
    station.turns.update(life.turns)
    copy = station.folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(station.folder, copy)
    recordings = _recordings(copy / "takes")
    tally.lost_recordings += len(station.recordings - set(recordings.values()))
    new = [path for path, digest in recordings.items() if digest not in station.recordings]
    tally.unreadable_recordings += sum(not readable(path, whole=whole) for path in new)
    station.recordings.update(recordings.values())
    with open_test_store(copy) as store:
        report = store.recover(copy / "takes")
        tally.broken_chains += not store.reader.verify_chain().ok
        battles = store.reader.battles()
        station.broken_off_after = _broken_off_after(store)
    tally.battles_abandoned += len(report.abandoned)
    tally.recordings_put_aside += len(report.orphans)
    kept_now = set(_recordings(copy / "takes").values())
    tally.lost_recordings += len(station.recordings - kept_now)
    _compare(battles, station, copy / "takes", tally)


def _compare(battles: list[kept.Battle], station: Station, takes: Path, tally: Tally) -> None:
    votes = {vote.id for battle in battles for vote in battle.votes}
    turns = [turn for battle in battles for turn in battle.turns]
    whole = {turn.id for turn in turns if turn.shown and turn.a and turn.b}
    tally.lost_turns += len(station.turns - whole)
    voted = [battle for battle in battles if battle.state == "voted"]
    tally.lost += len(station.votes - votes)
    tally.unacknowledged += len(votes - station.votes)
    tally.duplicated += votes_too_many(battles)
    tally.lost += votes_too_few(battles)
    station.votes.update(votes)
    tally.without_take += sum(not battle.turns for battle in voted)
    for take in (take for battle in battles for take in battle.takes):
        file = takes / take.file
        good = file.is_file() and sha256_of(file) == take.sha256
        tally.without_take += not (good and frames(file) == take.frames_got)
    for session in {battle.session for battle in voted}:
        numbers = [battle.number for battle in voted if battle.session == session]
        tally.wrong_counts += numbers != list(range(1, min(len(numbers), BATTLES) + 1))


def _broken_off_after(store: Store) -> int:
    """Of the newest session with a vote that was not ended and has battles to come."""
    counts = [session.battles.voted for session in store.reader.open_sessions()]
    return next((voted for voted in counts if 0 < voted < BATTLES), 0)


def _recordings(takes: Path) -> dict[Path, str]:
    files = [*takes.glob("*.wav*"), *(takes / ORPHANS).glob("*.wav*")]
    return {path: sha256_of(path) for path in files}


def frames(path: Path) -> int:
    """As its own header says; -1 where it has none."""
    try:
        with wave.open(str(path), "rb") as recording:
            return recording.getnframes()
    except (wave.Error, EOFError):
        return -1


def readable(path: Path, *, whole: bool) -> bool:
    """What is not `whole` may be younger than its header, or hold more than that says."""
    size, said = path.stat().st_size, frames(path)
    if not whole and PART_SUFFIX in path.name:
        return size < HEADER_BYTES or 0 <= said <= (size - HEADER_BYTES) // 2
    return size == HEADER_BYTES + 2 * said


def kill_once(station: Station, moment: str, chance: random.Random, tally: Tally) -> None:
    then_s = chance.uniform(0, LONGEST_WAIT_S)
    life = live(station, Fate(moment, chance.randint(0, MOST_VOTES)), then_s=then_s)
    tally.kills += 1
    tally.moments[moment] += 1
    # A microphone's recording is written by a thread of its own, whatever the others do.
    look_at(station, life, tally, whole=station.take is not None and moment != ANY)


def kill_many(folder: Path, kills: int, chance: random.Random, take: Path | None) -> Tally:
    """Every moment in turn, in a random order; each data folder is gone on with to its end."""
    tally = Tally()
    left: list[str] = []
    while tally.kills < kills:
        station = Station(folder / str(tally.kills) / "home", take)
        for _ in range(min(KILLS_A_FOLDER, kills - tally.kills)):
            left = left or _round(chance, listening=take is None)
            kill_once(station, left.pop(), chance, tally)
        go_on_to_the_end(station, tally)
    return tally


def _round(chance: random.Random, *, listening: bool) -> list[str]:
    """The last comes first: what only a microphone has, so that few kills will do for that."""
    moments = [*MOMENTS, *[ANY] * ANY_A_ROUND]
    chance.shuffle(moments)
    return [*moments, *(MICROPHONE_MOMENTS if listening else ())]


def go_on_to_the_end(station: Station, tally: Tally) -> None:
    """Somebody sits down again, goes on with the session, and nothing kills it any more."""
    tries = 0
    while not station.broken_off_after:
        tries += 1
        if tries > BATTLES:
            raise RuntimeError("no session is broken off, however often it is killed")
        life = live(station, Fate(ACKNOWLEDGED, 1))
        tally.kills += 1
        tally.moments[ACKNOWLEDGED] += 1
        look_at(station, life, tally)
    left = BATTLES - station.broken_off_after
    life = live(station, Fate(None, 0), sessions=1)
    look_at(station, life, tally)
    tally.wrong_counts += (len(life.votes), life.ended) != (left, 1)
    shutil.rmtree(station.folder.parent)


if __name__ == "__main__":
    the_take = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    result = kill_many(
        Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])), the_take
    )
    sys.stdout.write(json.dumps(vars(result)))
