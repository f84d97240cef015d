"""What llama.cpp says in its log when something goes wrong: its functions only say that it did."""

from __future__ import annotations

import sys
from collections import deque
from functools import cache

_WARNING, _ERROR = 3, 4  # of `enum ggml_log_level`; the Python package's own table is one off
_KEPT = 20


class Complaints:
    """The latest errors. There is one of it in a process, because the log is the process's."""

    def __init__(self) -> None:
        from llama_cpp import llama_cpp, mtmd_cpp

        self._lines: deque[str] = deque(maxlen=_KEPT)

        @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
        def heard(level: int, text: bytes, _: object) -> None:
            if level in (_WARNING, _ERROR):
                line = text.decode("utf-8", "replace")
                sys.stderr.write(line)
                if level == _ERROR:
                    self._lines.append(" ".join(line.split()))

        self._callback = heard  # the library holds a bare pointer to it
        llama_cpp.llama_log_set(heard, None)
        mtmd_cpp.mtmd_log_set(heard, None)
        mtmd_cpp.mtmd_helper_log_set(heard, None)

    def clear(self) -> None:
        self._lines.clear()

    def text(self) -> str:
        """In one line; the first complaint is usually the reason, the others follow from it."""
        return "; ".join(self._lines)


@cache
def complaints() -> Complaints:
    return Complaints()
