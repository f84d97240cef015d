"""One worker for all tests of a file, so that each also sees that the one before left it alive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.client import WorkerProcess
from tests.helpers.engine_worker import worker_of


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    with worker_of("llama_cpp") as worker:
        worker.start()
        yield worker
        assert worker.alive
