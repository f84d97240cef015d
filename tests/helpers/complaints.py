"""What is only written into a log, and would pass unseen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

LOGS = ("earshot", "concurrent.futures", "asyncio")
"""Ours, and where the standard library puts exceptions of callbacks that nobody can catch."""


@contextmanager
def complaints() -> Iterator[list[logging.LogRecord]]:
    """A list that grows by every warning and worse in `LOGS`, from whatever thread."""
    seen: list[logging.LogRecord] = []

    class Ears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    ears = Ears(logging.WARNING)
    with ExitStack() as stack:
        for name in LOGS:
            logging.getLogger(name).addHandler(ears)
            stack.callback(logging.getLogger(name).removeHandler, ears)
        yield seen
