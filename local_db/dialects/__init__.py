"""Votes in the words of other people's tools, out and back.

A dialect is a pair of functions on a file: it is made of an exported folder, needs no database, and
what it reads are `PlainVote`s. docs/export.md says what each looks like and who reads it.
"""

from local_db.dialects.plain import PlainVote
from local_db.dialects.registry import DIALECTS, Dialect
from local_db.dialects.writing import Written, write_dialect

__all__ = [
    "DIALECTS",
    "Dialect",
    "PlainVote",
    "Written",
    "write_dialect",
]
