from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from local_db.backups import DAYS_KEPT, MONTHS_KEPT, NEWEST_KEPT, last_good_backup, superfluous
from local_db.reader import open_reader
from local_db.store import Store
from tests.helpers.voting import Sitting


def test_a_backup_opens_and_holds_what_was_there(sitting: Sitting, store: Store) -> None:
    battle_id = sitting.voted_battle()
    backup = store.backup()
    sitting.voted_battle()
    with open_reader(backup) as reader:
        assert [battle.battle_id for battle in reader.battles()] == [battle_id]
        assert reader.verify_chain().ok
    assert sorted(path.name for path in backup.parent.iterdir()) == [backup.name]


def test_a_backup_of_a_write_ahead_log_is_one_file(sitting: Sitting, store: Store) -> None:
    sitting.voted_battle()
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    backup = store.backup()
    with open_reader(backup) as reader:
        assert reader.conservation().voted == 1
    assert list(backup.parent.iterdir()) == [backup]


def test_the_last_good_backup_is_the_newest_that_opens(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert last_good_backup(store.path, folder) is None
    good, bad = store.backup(), store.backup()
    assert last_good_backup(store.path, folder) == bad
    bad.write_bytes(bad.read_bytes()[:5000])
    assert last_good_backup(store.path, folder) == good
    other = folder / good.name.replace("earshot-", "other-")
    shutil.copy(good, other)
    good.write_text("not a database")
    assert last_good_backup(store.path, folder) is None


def names(times: list[datetime]) -> list[Path]:
    return [Path(f"earshot-{time:%Y%m%dT%H%M%S%f}-v1.db") for time in times]


def test_a_year_of_daily_backups_is_thinned() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    backups = names([now - timedelta(days=day) for day in range(365)])
    kept = set(backups) - set(superfluous(backups))
    assert set(backups[:DAYS_KEPT]) <= kept
    assert {backup.stem[8:14] for backup in kept} == {backup.stem[8:14] for backup in backups[:340]}
    assert len(kept) == DAYS_KEPT + MONTHS_KEPT - 1


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), unique=True))
def test_the_newest_always_stay_and_thinning_twice_removes_nothing_more(
    times: list[datetime],
) -> None:
    backups = sorted(names(times), reverse=True)
    gone = superfluous(backups)
    left = [backup for backup in backups if backup not in gone]
    assert left[:NEWEST_KEPT] == backups[:NEWEST_KEPT]
    assert len(left) <= NEWEST_KEPT + DAYS_KEPT + MONTHS_KEPT
    assert superfluous(left) == []


def test_old_backups_are_removed_when_a_new_one_is_made(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = [store.backup() for _ in range(NEWEST_KEPT + 3)]
    assert sorted(folder.iterdir()) == sorted(made[-NEWEST_KEPT:])
