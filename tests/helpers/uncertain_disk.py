"""A disk that does what it is asked and then says that it failed: was it kept or not?

SQLite's rollback journal commits by truncating the journal. Here that call is really made, and its
outcome told as an input/output error: the transaction is kept, and the program hears that it is
not. The call is exchanged in SQLite's own table (https://www.sqlite.org/c3ref/vfs.html,
`xSetSystemCall`), in the library that Python uses.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from local_db.connection import journal_mode

_FTRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64, use_errno=True)
_SET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs` of version 3; the methods before `xSetSystemCall` are not looked at."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("zName", ctypes.c_char_p),
        ("pAppData", ctypes.c_void_p),
        ("methods", ctypes.c_void_p * 13),
        ("xSetSystemCall", _SET),
    )


def why_not() -> str:
    """Why it cannot be had here; empty where it can."""
    if journal_mode(sqlite3.sqlite_version_info) != "TRUNCATE":
        return "this SQLite keeps a write-ahead log, which does not commit by truncating"
    return "" if hasattr(_library(), "sqlite3_vfs_find") else "Python hides its SQLite"


@contextmanager
def commits_look_failed(times: int = 1, *, after: int = 0) -> Iterator[list[int]]:
    """`times` commits, the next ones or those `after` some, are made and called failed; grows by
    one for each."""
    find = _library().sqlite3_vfs_find
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), (ctypes.c_char_p,)
    place = find(None)
    failed: list[int] = []
    left = [after]

    @_FTRUNCATE
    def ftruncate(descriptor: int, size: int) -> int:
        os.ftruncate(descriptor, size)
        if size or len(failed) == times:
            return 0
        if left[0]:
            left[0] -= 1
            return 0
        failed.append(size)
        ctypes.set_errno(errno.EIO)
        return -1

    exchange, vfs = place.contents.xSetSystemCall, ctypes.addressof(place.contents)
    assert exchange(vfs, b"ftruncate", ctypes.cast(ftruncate, ctypes.c_void_p)) == 0
    try:
        yield failed
    finally:
        assert exchange(vfs, b"ftruncate", None) == 0


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(getattr(_sqlite3, "__file__", None))  # None: it is part of the program
