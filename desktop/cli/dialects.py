"""The dialects of the export by name: the command line is built without loading them."""

from __future__ import annotations

NAMES = ("parquet", "fastchat", "lmarena", "evalica", "talkarena", "csv", "audiofolder")
