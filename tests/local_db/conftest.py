from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_db.store import Store
from tests.helpers.voting import Sitting, open_test_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def sitting(store: Store, tmp_path: Path) -> Sitting:
    return Sitting(store, tmp_path / "takes")
