"""Numbers and names of the schema that reading and writing need; the tables are in `schema_<n>`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

APPLICATION_ID = 0x45617273
"""`PRAGMA application_id`: "Ears" in ASCII. `file` and we recognise our databases by it."""

SCHEMA_VERSION = 3
"""`PRAGMA user_version` of a file that has every migration of this program."""

OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables."""

CHAINED: Mapping[str, str] = MappingProxyType(
    {
        "station": "id",
        "system": "fingerprint",
        "participant": "id",
        "participant_code": "id",
        "session": "id",
        "session_end": "id",
        "battle": "id",
        "battle_end": "id",
        "take": "id",
        "take_discard": "id",
        "turn": "id",
        "transcript": "id",
        "answer": "id",
        "shown": "id",
        "vote": "id",
        "justification": "id",
        "guess": "id",
        "erasure": "id",
    }
)
"""Every table whose rows are in the hash chain, and the column of its key."""

JSON_COLUMNS = frozenset(
    {
        "parts",
        "settings",
        "sampler_state",
        "verdicts",
        "facts",
        "hypotheses",
        "packages",
        "weights",
        "timings",
        "placement",
        "seqs",
        "judged",
        "choices",
    }
)
"""Columns that hold canonical JSON, in whichever table they are."""

BOOL_COLUMNS = frozenset({"baseline", "simulated", "accepted", "truncated_a", "truncated_b"})
"""Columns that hold 0 or 1."""
