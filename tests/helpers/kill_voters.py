"""Kills voting processes at random moments and looks at what is left.

`python -m tests.helpers.kill_voters FOLDER KILLS SEED`: forks a child that records takes and votes
in a loop with the real store, kills it with SIGKILL, opens the database again, compares. It prints
one JSON object: what the `Tally` below holds. A process of its own, because it forks: the one that
runs the tests may have threads.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from local_db import records
from local_db.ids import new_id
from local_db.store import Store
from local_db.take_files import PART_SUFFIX, commit_take_file, sha256_of
from tests.helpers.talking_ring import TalkingRing
from tests.helpers.voting import Sitting, open_test_store, votes_too_many, votes_without_take

KILLS_A_DATABASE = 50
MOST_VOTES, LONGEST_WAIT_S = 2, 0.1
"""A child lives until it has printed so many votes, and then for so long: both drawn at random."""


@dataclass
class Tally:
    kills: int = 0
    acknowledged: int = 0
    """Votes whose key was printed, after the commit, before the kill."""
    unacknowledged: int = 0
    """Votes that were committed and not printed: allowed."""
    lost: int = 0
    duplicated: int = 0
    without_take: int = 0
    broken_chains: int = 0
    battles_abandoned: int = 0
    recordings_put_aside: int = 0


def vote_forever(folder: Path, printed: int) -> None:
    """Record, answer, vote, and only then tell the vote's key."""
    with open_test_store(folder) as store, TalkingRing() as microphone:
        sitting = Sitting(store, folder / "takes")
        while True:
            battle_id = sitting.open_battle()
            take_id = record(store, sitting, battle_id, microphone)
            turn_id = sitting.add_turn(battle_id, take_id=take_id)
            sitting.add_answer(turn_id, "a")
            sitting.add_answer(turn_id, "b")
            os.write(printed, f"{sitting.vote(battle_id)}\n".encode())


def record(store: Store, sitting: Sitting, battle_id: str, microphone: TalkingRing) -> str:
    """A take on the program's own road: streamed by its writer, closed, measured, made safe."""
    sitting.takes_folder.mkdir(exist_ok=True)
    final = sitting.takes_folder / f"{new_id()}.wav"
    part = final.with_name(final.name + PART_SUFFIX)
    capture = microphone.take(part)
    commit_take_file(part, final)
    return store.add_take(
        records.TakeRecord(
            battle_id=battle_id,
            purpose="turn",
            file=final.name,
            sha256=capture.sha256,
            duration_ms=capture.duration_ms,
            rate_hz=capture.rate_hz,
            channels=capture.channels,
            frames_expected=capture.frames_expected,
            frames_got=capture.frames,
        )
    )


def one_kill(folder: Path, votes: int, then_s: float) -> list[str]:
    """The keys the child printed: it is killed `then_s` after it has printed `votes` of them."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ours)
            vote_forever(folder, theirs)
        finally:  # the child must never return into the parent's code
            os._exit(1)
    os.close(theirs)
    with os.fdopen(ours) as printed:
        keys = [printed.readline().strip() for _ in range(votes)]
        select.select([], [], [], then_s)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        keys += printed.read().splitlines()
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the child ended by itself: see its traceback on stderr")
    return keys


def look_into(folder: Path, known: set[str], tally: Tally) -> None:
    """Open what the kill left, as the next start of the program would.

    `known`: keys of the votes that must be there; those found besides are added.
    """
    with open_test_store(folder) as store:
        report = store.recover(folder / "takes")
        battles = store.reader.battles()
        tally.broken_chains += not store.reader.verify_chain().ok
    votes = {vote.id for battle in battles for vote in battle.votes}
    voted = [battle for battle in battles if battle.state == "voted"]
    tally.lost += len(known - votes)
    tally.unacknowledged += len(votes - known)
    tally.duplicated += votes_too_many(battles)
    tally.without_take += len(report.missing) + votes_without_take(battles)
    for battle in voted:
        for take in battle.takes:
            tally.without_take += sha256_of(folder / "takes" / take.file) != take.sha256
    tally.battles_abandoned += len(report.abandoned)
    tally.recordings_put_aside += len(report.orphans)
    known.update(votes)


def kill_many(folder: Path, kills: int, chance: random.Random) -> Tally:
    tally = Tally()
    while tally.kills < kills:
        home = folder / str(tally.kills)
        known: set[str] = set()
        for _ in range(min(KILLS_A_DATABASE, kills - tally.kills)):
            votes, then_s = chance.randint(0, MOST_VOTES), chance.uniform(0, LONGEST_WAIT_S)
            printed = one_kill(home, votes, then_s)
            known.update(printed)
            look_into(home, known, tally)
            tally.kills += 1
            tally.acknowledged += len(printed)
    return tally


if __name__ == "__main__":
    result = kill_many(Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])))
    sys.stdout.write(json.dumps(asdict(result)))
