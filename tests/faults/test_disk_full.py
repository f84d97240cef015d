"""No room at the vote: it stays unsaved and whole, and is saved once there is room."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_db import records
from local_db.errors import DiskFull
from tests.helpers.full_disk import Story
from tests.helpers.voting import Sitting, open_test_store

ROOT = Path(__file__).parents[2]

# Mounts of its own: with root's right to, or as root of a user namespace of one's own.
NAMESPACE = (
    ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
)


def can_mount() -> bool:
    try:
        probe = subprocess.run(
            [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return probe.returncode == 0


def story_of(*command: str | Path) -> Story:
    done = subprocess.run(
        [*command[:-3], sys.executable, "-m", "tests.helpers.full_disk", *command[-3:]],
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return Story(**json.loads(done.stdout))


def check(story: Story) -> None:
    assert story.unsaved
    assert story.retried
    assert story.reopened
    assert story.votes == story.expected_votes
    assert story.chain_ok
    assert story.quick_check == "ok"


@pytest.mark.skipif(not can_mount(), reason="no right to mount a small file system here")
@pytest.mark.parametrize("left", [0, 3_000, 20_000])
def test_a_full_file_system(tmp_path: Path, left: int) -> None:
    story = story_of(*NAMESPACE, "tmpfs", tmp_path, str(left))
    assert story.refused_as == ["DiskFull"]
    assert "no space left" in story.sentence
    check(story)


@pytest.mark.skipif(not can_mount(), reason="no right to mount a small file system here")
def test_a_recording_is_discarded_without_a_byte_of_room(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.helpers.full_disk_discard", tmp_path]
    done = subprocess.run([*NAMESPACE, *program], stdout=subprocess.PIPE, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == {
        "free_bytes": 0,
        "refused": "DiskFull",
        "left": [0],
        "discarded": "discarded by the participant",
        "at_last": [],
    }


@pytest.mark.parametrize("left", [0, 3_000, 20_000])
def test_a_file_that_may_not_grow(tmp_path: Path, left: int) -> None:
    """As on a file system with a largest file size, or under a quota."""
    story = story_of("limit", tmp_path, str(left))
    assert story.refused_as == ["DiskTrouble"]
    assert "Nothing of this step was saved" in story.sentence
    check(story)


def test_a_database_that_may_not_grow(tmp_path: Path) -> None:
    """SQLite's own limit: needs no rights and no other process."""
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        votes = [
            records.VoteRecord(battle_id=sitting.ready_battle(), choice="tie", time_to_vote_ms=1)
            for _ in range(50)
        ]
        store._connection.execute("PRAGMA max_page_count = 1")  # as many as there are now
        refused = []
        for vote in votes:
            try:
                store.add_vote(vote)
            except DiskFull:
                refused.append(vote)
        assert refused
        assert store.reader.conservation().voted == len(votes) - len(refused)
        store._connection.execute("PRAGMA max_page_count = 1000000")
        for vote in refused:
            store.add_vote(vote)
        assert store.reader.conservation().voted == len(votes)
        assert store.reader.verify_chain().ok
