"""A database that somebody edits behind the store's back, with the triggers out of the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from local_db.chain import Fault, Head
from local_db.reader import open_reader
from local_db.store import Store
from tests.helpers.tampering import CUT_OFF, SWAPPED, THIRD_VOTE, tamper
from tests.helpers.voting import Sitting, open_test_store


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    folder = tmp_path_factory.mktemp("original")
    with open_test_store(folder) as store:
        sitting = Sitting(store, folder / "takes")
        for _ in range(5):
            sitting.voted_battle()
        return store.path, store.reader.head()


@pytest.fixture
def database(original: tuple[Path, Head], tmp_path: Path) -> tuple[Path, Head]:
    """Five votes, closed; with the head that was printed at the end."""
    path, printed = original
    return Path(shutil.copy(path, tmp_path)), printed


def faults(path: Path, printed: Head) -> set[Fault]:
    with open_reader(path) as reader:
        report = reader.verify_chain([printed])
    assert report.ok == (not report.findings)
    return {finding.fault for finding in report.findings}


def test_an_untouched_database_verifies(database: tuple[Path, Head]) -> None:
    assert faults(*database) == set()


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(
            [f"UPDATE vote SET choice = 'b' WHERE id = {THIRD_VOTE}"], Fault.EDITED, id="edit"
        ),
        pytest.param(["UPDATE answer SET text = text || ' '"], Fault.EDITED, id="edit-all-answers"),
        pytest.param(["UPDATE battle SET a = b, b = a"], Fault.EDITED, id="swap-slots"),
        pytest.param([f"DELETE FROM vote WHERE id = {THIRD_VOTE}"], Fault.DELETED, id="delete"),
        pytest.param(
            [
                f"DELETE FROM event WHERE row_id = {THIRD_VOTE}",
                f"DELETE FROM vote WHERE id = {THIRD_VOTE}",
            ],
            Fault.MISSING,
            id="delete-with-event",
        ),
        pytest.param(
            [
                f"UPDATE event SET salt = NULL WHERE row_id = {THIRD_VOTE}",
                f"DELETE FROM vote WHERE id = {THIRD_VOTE}",
            ],
            Fault.UNRECORDED,
            id="delete-as-if-erased",
        ),
        pytest.param(
            SWAPPED,
            Fault.BROKEN,
            id="reorder",
        ),
        pytest.param(
            [
                "INSERT INTO vote SELECT 'phantom', battle_id, 'b', NULL, 1.0, id, NULL, NULL"
                " FROM vote LIMIT 1"
            ],
            Fault.ADDED,
            id="add",
        ),
        pytest.param(
            ["UPDATE event SET at_utc = '2020-01-01' WHERE seq = 9"], Fault.BROKEN, id="redate"
        ),
        pytest.param(
            ["UPDATE event SET noun = 'ballot' WHERE noun = 'vote'"], Fault.BROKEN, id="rename"
        ),
        pytest.param(CUT_OFF, Fault.TRUNCATED, id="truncate"),
    ],
)
@pytest.mark.tampers
def test_tampering_is_found(
    database: tuple[Path, Head], statements: list[str], expected: Fault
) -> None:
    path, printed = database
    tamper(path, *statements)
    assert expected in faults(path, printed)


def test_truncation_leaves_no_trace_but_the_printed_head(database: tuple[Path, Head]) -> None:
    path, printed = database
    tamper(path, *CUT_OFF)
    with open_reader(path) as reader:
        assert reader.verify_chain().ok
        assert not reader.verify_chain([printed]).ok


def test_a_head_printed_long_ago_still_holds(store: Store, sitting: Sitting) -> None:
    sitting.voted_battle()
    printed = store.reader.head()
    sitting.voted_battle()
    assert store.reader.verify_chain([printed]).ok


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda number: f"UPDATE vote SET time_to_vote_ms = {number}", id="vote"),
        pytest.param(lambda number: f"UPDATE battle SET probability = 1.0 / {number}", id="draw"),
        pytest.param(lambda number: f"UPDATE take SET sha256 = '{number:064}'", id="take"),
    ],
)
def test_every_column_is_covered(database: tuple[Path, Head], change: Callable[[int], str]) -> None:
    path, printed = database
    tamper(path, change(7))
    with open_reader(path) as reader:
        assert len(reader.verify_chain([printed]).findings) == 5
