"""Votes on a disk that is full, in a process of its own.

`python -m tests.helpers.full_disk tmpfs|limit FOLDER LEFT`: fills the disk until LEFT bytes are
free (`tmpfs`: a small file system mounted on FOLDER, for which the caller gives this process its
own mount namespace; `limit`: files may grow by LEFT bytes only, which needs no rights), tries to
vote until the disk refuses, makes room, tries again. Prints one JSON object, the fields of `Story`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local_db import records
from local_db.errors import WorldError
from local_db.store import Store
from tests.helpers.no_room import limit_files
from tests.helpers.voting import Sitting, open_test_store

TMPFS_BYTES = 4 << 20


@dataclass
class Story:
    refused_as: list[str] = field(default_factory=list)
    """Names of the errors."""
    sentence: str = ""
    unsaved: bool = False
    """After the error the battle was still open and the chain's head where it was."""
    retried: bool = False
    """The same record was stored once there was room."""
    votes: int = 0
    expected_votes: int = 0
    chain_ok: bool = False
    quick_check: str = ""
    reopened: bool = False


def fill_tmpfs(folder: Path, left: int) -> Callable[[], None]:
    """Leave `left` bytes on the mounted file system. Returns what makes room again."""
    ballast = folder / "ballast"
    room = os.statvfs(folder)
    size = max(0, room.f_bavail * room.f_frsize - left)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
    return ballast.unlink


def vote_until_refused(store: Store, sitting: Sitting, story: Story) -> records.VoteRecord:
    """The vote that found no room. Its battle was stored before the disk was full."""
    battles = [sitting.ready_battle() for _ in range(60)]
    make_room = yield_room(store)
    try:
        for battle_id in battles:
            vote = records.VoteRecord(battle_id=battle_id, choice="b", time_to_vote_ms=900.0)
            head = store.reader.head()
            try:
                store.add_vote(vote)
            except WorldError as error:
                story.refused_as.append(type(error).__name__)
                story.sentence = error.sentence
                state = store.reader.battle(battle_id).state
                story.unsaved = state == "open" and store.reader.head() == head
                return vote
            story.expected_votes += 1
    finally:
        make_room()
    raise RuntimeError("the disk was never full")


def yield_room(store: Store) -> Callable[[], None]:
    how, left = sys.argv[1], int(sys.argv[3])
    if how == "tmpfs":
        return fill_tmpfs(store.path.parent, left)
    return limit_files(store.path, left)


def tell() -> Story:
    how, folder = sys.argv[1], Path(sys.argv[2])
    story = Story()
    if how == "tmpfs":
        size = f"size={TMPFS_BYTES}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    with open_test_store(folder) as store:
        sitting = Sitting(store, folder / "takes")
        vote = vote_until_refused(store, sitting, story)
        story.retried = store.add_vote(vote) == vote.id
        story.expected_votes += 1
    with open_test_store(folder) as store:
        story.reopened = True
        story.votes = store.reader.conservation().voted
        story.chain_ok = store.reader.verify_chain().ok
        story.quick_check = store.reader.quick_check()
    return story


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(tell())))
