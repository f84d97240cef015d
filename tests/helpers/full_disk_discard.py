"""A recording discarded on a file system without a byte of room, in a process of its own.

`python -m tests.helpers.full_disk_discard FOLDER`: mounts a small file system there, for which the
caller gives this process its own mount namespace, and fills it. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from local_db.errors import DiskFull
from local_db.take_files import empty_discarded
from tests.helpers.full_disk import TMPFS_BYTES, fill_tmpfs
from tests.helpers.voting import Sitting, open_test_store


def tell(folder: Path) -> dict[str, object]:
    size = f"size={TMPFS_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    with open_test_store(folder) as store:
        sitting = Sitting(store, folder / "takes")
        take = store.reader.battle(sitting.ready_battle()).takes[0]
        recording = folder / "takes" / take.file
        fill_tmpfs(folder, 0)
        free_bytes = os.statvfs(folder).f_bavail
        try:
            store.discard_take(take.id, "discarded by the participant")
            refused = ""
        except DiskFull as error:
            refused = type(error).__name__
        empty_discarded(recording)
    left = [path.stat().st_size for path in (folder / "takes").iterdir()]
    (folder / "ballast").unlink()
    with open_test_store(folder) as store:
        store.recover(folder / "takes")
        (battle,) = store.reader.battles()
    return {
        "free_bytes": free_bytes,
        "refused": refused,
        "left": left,
        "discarded": battle.takes[0].discarded,
        "at_last": [path.name for path in (folder / "takes").iterdir()],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tell(Path(sys.argv[1]))))
