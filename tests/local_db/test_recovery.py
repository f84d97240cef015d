from __future__ import annotations

from pathlib import Path

from local_db.recovery import RecoveryReport
from local_db.store import Store
from local_db.take_files import empty_discarded
from tests.helpers.voting import Sitting, write_take


def test_a_clean_end_leaves_nothing_to_do(sitting: Sitting, store: Store) -> None:
    sitting.voted_battle()
    head = store.reader.head()
    report = store.recover(sitting.takes_folder)
    assert report == RecoveryReport()
    assert report.clean
    assert store.reader.head() == head


def test_battles_left_open_are_abandoned_and_the_session_can_go_on(
    sitting: Sitting, store: Store
) -> None:
    voted, left = sitting.voted_battle(), sitting.ready_battle()
    assert store.recover(sitting.takes_folder).abandoned == (left,)
    assert store.reader.battle(left).state == "abandoned"
    assert store.reader.battle(voted).state == "voted"
    assert store.reader.open_sessions()[0].session_id == sitting.session_id


def test_recordings_without_a_row_are_put_aside_and_reported(
    sitting: Sitting, store: Store
) -> None:
    sitting.voted_battle()
    takes = sitting.takes_folder
    finished = write_take(takes)
    part = takes / "0001.wav.part"
    part.write_bytes(b"half a recording")
    earlier = takes / "orphans" / part.name
    earlier.parent.mkdir()
    earlier.write_bytes(b"from an earlier crash")

    report = store.recover(takes)

    assert {path.name for path in report.orphans} == {finished.name, "0001.wav-2.part"}
    assert all(path.parent == takes / "orphans" and path.is_file() for path in report.orphans)
    assert earlier.read_bytes() == b"from an earlier crash"
    assert store.reader.take_files() == [path.name for path in takes.iterdir() if path.is_file()]
    assert store.recover(takes).clean


def test_rows_without_their_recording_are_reported(sitting: Sitting, store: Store) -> None:
    kept, lost, discarded = (store.reader.battle(sitting.voted_battle()).takes[0] for _ in range(3))
    store.discard_take(discarded.id, "participant asked")
    for take in (lost, discarded):
        (sitting.takes_folder / take.file).unlink()
    assert store.recover(sitting.takes_folder).missing == (lost.file,)
    assert (sitting.takes_folder / kept.file).is_file()


def test_what_was_emptied_because_it_was_discarded_is_marked_and_no_orphan(
    sitting: Sitting, store: Store
) -> None:
    discarded = store.reader.battle(sitting.voted_battle()).takes[0]
    takes = sitting.takes_folder
    unnamed = write_take(takes)
    for file in (takes / discarded.file, unnamed):
        empty_discarded(file)
    report = store.recover(takes)
    assert (report.orphans, report.missing) == ((), ())
    assert list(takes.iterdir()) == []
    (battle,) = store.reader.battles()
    assert battle.takes[0].discarded == "discarded by the participant"
    assert store.reader.verify_chain().ok
    assert store.recover(takes).clean


def test_links_are_left_alone(sitting: Sitting, store: Store, tmp_path: Path) -> None:
    sitting.takes_folder.mkdir()
    elsewhere = tmp_path / "somebody's.wav"
    elsewhere.write_bytes(b"theirs")
    (sitting.takes_folder / "link.wav").symlink_to(elsewhere)
    assert store.recover(sitting.takes_folder).clean
    assert elsewhere.exists()
