"""Stdout: what a terminal may have of it, and how it goes wrong (no reader, a full disk)."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from desktop.errors import EarshotError

READER_LEFT = 141
"""What a shell reports of a program that SIGPIPE ended: `| head` has seen enough."""


def accept_any_text() -> None:
    """File names need not be UTF-8, and a terminal need not know every character."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def tell(text: str = "") -> None:
    """A part of the result, out at once, `visible`. Raises as `put`."""
    put(visible(text, sys.stdout))


def put(text: str) -> None:
    """The same, as it is.

    Raises BrokenPipeError when the reader has left, EarshotError when stdout refuses otherwise.
    """
    with _refusals():
        print(text, flush=True)


def visible(text: str, stream: TextIO | None) -> str:
    """`text` for `stream`: a terminal would obey what a server, a model or a device put into it.

    A file, or another program, gets it as it is.
    """
    if stream is None or not stream.isatty():
        return text
    from ui.safe_text import safe_text

    return "\n".join(safe_text(line).text for line in text.split("\n"))


def flush() -> None:
    """What others have printed is out on return. Raises as `put`."""
    if sys.stdout is not None:  # `>&-` closes it
        with _refusals():
            sys.stdout.flush()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _let_go_of_stdout()
        raise
    except OSError as error:
        _let_go_of_stdout()
        raise EarshotError(
            f"The result cannot be written ({error.strerror}).",
            "Make room where it goes, then try again.",
        ) from error


def _let_go_of_stdout() -> None:
    """The interpreter flushes once more at its end, and would complain there."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
