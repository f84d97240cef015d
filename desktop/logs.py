"""The program's own log: bugs are written whole, worlds' errors in a line."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

LOG_BYTES = 2_000_000
LOG_NAME = "earshot.log"

log = logging.getLogger("earshot")


def start_log(folder: Path) -> Path:
    """Log into `folder`; returns the file. Keeps three older files of two megabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return path


def stop_log() -> None:
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def catch_bugs(tell: Callable[[], None]) -> Callable[[], None]:
    """Log every uncaught exception of any thread and `tell` the person; returns the undo."""
    old_main, old_thread = sys.excepthook, threading.excepthook

    def main_hook(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("bug", exc_info=(kind, error, trace))
        old_main(kind, error, trace)
        tell()

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.critical(
                "bug in a thread", exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
            )
        old_thread(args)
        tell()

    def undo() -> None:
        sys.excepthook, threading.excepthook = old_main, old_thread

    sys.excepthook, threading.excepthook = main_hook, thread_hook
    return undo
