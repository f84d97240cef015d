"""Every key of a `[[system]]` table: what it may be, and what it says. The page is printed from it.

KEYS ──read_table──► plain values ──desktop.catalogue.reading──► Entry
  └────as_markdown──► docs/systems.md
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.catalogue.entry import Standing


class Wrong(Exception):
    """A value that a key cannot have; carries the field and what it must be."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


Read = Callable[[str, Any], Any]
"""`read(field, value)` returns the value or raises Wrong."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must be."""

    words: str
    """After "must be"."""
    read: Read
    keys: tuple[Key, ...] = ()
    """Of a table, or of each table of a list."""


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    form: Form
    says: str
    needed: bool = False


def read_table(field: str, value: Any, keys: tuple[Key, ...]) -> dict[str, Any]:
    """The values of a table, by key. Raises Wrong for what is unknown, absent or wrong."""
    if not isinstance(value, Mapping):
        raise Wrong(field, f"must be a table, not {shown(value)}")
    within = f"{field}." if field else ""
    known = {key.name for key in keys}
    for name in value:
        if name not in known:
            raise Wrong(f"{within}{name}", "is no key; check the spelling")
    read = {}
    for key in keys:
        if key.name in value:
            read[key.name] = key.form.read(f"{within}{key.name}", value[key.name])
        elif key.needed:
            raise Wrong(f"{within}{key.name}", f"is missing; it must be {key.form.words}")
    return read


def shown(value: object) -> str:
    """A value as it was written, shortened."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python refuses to write out a number of thousands of digits
        return "a number that large"


def form_of(words: str, right: Callable[[Any], bool]) -> Form:
    def read(field: str, value: Any) -> Any:
        if not right(value):
            raise Wrong(field, f"must be {words}, not {shown(value)}")
        return value

    return Form(words, read)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == value != "" and value.isprintable()


def _matches(words: str, pattern: str) -> Form:
    right = re.compile(pattern)
    return form_of(words, lambda v: isinstance(v, str) and right.fullmatch(v) is not None)


def _number(words: str, least: float, most: float, *, whole: bool = False) -> Form:
    kinds = int if whole else (int, float)

    def right(value: Any) -> bool:
        return isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most

    return form_of(words, right)


def _table(words: str, keys: tuple[Key, ...]) -> Form:
    return Form(words, lambda field, value: read_table(field, value, keys), keys)


def _tables(words: str, keys: tuple[Key, ...]) -> Form:
    def read(field: str, value: Any) -> Any:
        if not isinstance(value, list):
            raise Wrong(field, f"must be {words}, not {shown(value)}")
        return [read_table(f"{field}[{n}]", item, keys) for n, item in enumerate(value, 1)]

    return Form(words, read, keys)


def _is_json(value: Any) -> bool:
    """Settings cross a process border: no dates, no infinities."""
    if isinstance(value, Mapping):
        return all(_is_json(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    if isinstance(value, float):
        return abs(value) <= 1e300
    return isinstance(value, str | int | bool)


def _read_model(field: str, value: Any) -> Any:
    """The engine's own table, but for the keys that say where the weights are."""
    if not isinstance(value, Mapping) or not _is_json(value):
        raise Wrong(field, f"must be a table of texts, numbers and lists, not {shown(value)}")
    for name, item in value.items():
        inside = f"{field}.{name}"
        if name in SOURCE:
            SOURCE[name].read(inside, item)
        elif isinstance(item, Mapping):
            _read_model(inside, item)
    if ("repo" in value) != ("revision" in value):
        raise Wrong(field, "names “repo” and “revision” both, or none of them")
    if "repo" in value and "path" in value:
        raise Wrong(field, "names either “repo” or “path”")
    return value


FLAG = form_of("true or false", lambda v: isinstance(v, bool))
LINE = form_of("one line that is not empty", _is_line)
TEXT = form_of("a text", lambda v: isinstance(v, str))
REPO = _matches("“owner/name” on a hub", r"(?!.*\.\.)[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
REVISION = _matches("a full commit (40 hexadecimal digits), or empty", r"([0-9a-f]{40})?")
_FILE = _matches(
    "the path of a file within its repository",
    r"(?!/)(?!(.*/)?\.\.?(/|$))[^\\\x00-\x1f]*[^/\\\x00-\x1f]",
)
_SHA256 = _matches("64 hexadecimal digits", r"[0-9a-f]{64}")
ADDRESS = _matches("an address that begins with https:// or http://", r"https?://[^\s@]+")
_DAY = _matches("a day as YYYY-MM-DD", r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
ID = _matches(
    "small letters, digits, hyphens and dots, at most 80", r"[a-z0-9](?!.*\.\.)[a-z0-9.-]{0,79}"
)
_STANDING = form_of(
    " or ".join(f"“{standing}”" for standing in Standing), lambda v: v in set(Standing)
)
_SETTINGS = form_of(
    "a table of texts, numbers and lists", lambda v: isinstance(v, Mapping) and _is_json(v)
)
_PATTERNS = form_of(
    "a list of patterns that is not empty",
    lambda v: isinstance(v, list) and bool(v) and all(_is_line(item) for item in v),
)
SOURCE = {
    "repo": REPO,
    "revision": REVISION,
    "file": _FILE,
    "path": LINE,
    "allow_pickle": _FILE,
    "remote_code": REVISION,
}
"""Members of a model table that lead to weights, at any depth of it."""
_MODEL = Form("a table", _read_model)
_PART = _table(
    "a table",
    (
        Key("engine", LINE, "folder name of the engine", needed=True),
        Key(
            "model",
            _MODEL,
            "what the engine loads, its own table. Where weights are: `repo` with `revision` "
            "(empty: pinned when it is installed), `file` of it, or `path` on this station (a "
            "relative one begins at the folder of this file). "
            "`allow_pickle` names a pickle file that may be opened; `remote_code` is empty where "
            "somebody is to be asked when it is installed",
        ),
    ),
)

KEYS = (
    Key("id", ID, "its name in studies and results; never changes", needed=True),
    Key(
        "version",
        form_of("a text or a whole number", lambda v: _is_line(v) or type(v) is int),
        "raised when anything changes that it answers with",
        needed=True,
    ),
    Key("label", LINE, "its name for people, never shown before the vote", needed=True),
    Key("kind", LINE, "what it is made of, in words", needed=True),
    Key("responder", _PART, "what answers: reads text, or hears when alone", needed=True),
    Key("recogniser", _PART, "what hears for it; without one the responder hears itself"),
    Key("hypothesis", LINE, "which reading of the recogniser the responder gets"),
    Key("system_prompt", TEXT, "as the model gets it"),
    Key("instruction", TEXT, "text of the user's turn beside the sound"),
    Key("settings", _SETTINGS, "how it generates (`engines/generation.py`)"),
    Key("baseline", FLAG, "true for what is no language model; rankings may leave it out"),
    Key(
        "licence",
        _table(
            "a table",
            (
                Key("name", LINE, "as its authors call it", needed=True),
                Key("url", ADDRESS, "where it can be read"),
                Key("gated", FLAG, "true where the hub wants a token of who accepted it"),
                Key("accept", LINE, "what is accepted with the download, in one sentence"),
                Key("remote_code", FLAG, "true where Python code of the repository has to run"),
            ),
        ),
        "shown before a download",
        needed=True,
    ),
    Key(
        "files",
        _tables(
            "a list of tables",
            (
                Key("path", _FILE, "within the repository", needed=True),
                Key("repo", REPO, "where the system has several"),
                Key("size_bytes", _number("a whole number, 0 or more", 0, 2**53, whole=True), ""),
                Key("sha256", _SHA256, "what the file must be"),
            ),
        ),
        "what is known of its files; they must be there",
    ),
    Key(
        "fetch",
        _tables(
            "a list of tables",
            (
                Key("repo", REPO, "of the system's", needed=True),
                Key(
                    "allow",
                    _PATTERNS,
                    "patterns of the files to fetch; without a slash, of the top folder. A pickle "
                    "comes only under its own name",
                    needed=True,
                ),
            ),
        ),
        "which files of a repository are wanted, where the usual ones are not right",
    ),
    Key(
        "memory",
        _table(
            "a table",
            (
                Key(
                    "weights_gb",
                    _number("a number from 0 to 10,000", 0, 10_000),
                    "10⁹ bytes once loaded",
                    needed=True,
                ),
                Key("kv_kib_per_token", _number("a number from 0 to 100,000", 0, 100_000), "cache"),
                Key("precision", LINE, "of these numbers"),
            ),
        ),
        "what it needs",
    ),
    Key(
        "limits",
        _table(
            "a table",
            (
                Key(
                    "audio_s",
                    _number("seconds, above 0", 1e-9, 1e6),
                    "longest take it hears; of a longer one it is not asked",
                ),
            ),
        ),
        "of one answer",
    ),
    Key(
        "paper",
        _table(
            "a table",
            (
                Key("name", LINE, "what the paper calls it", needed=True),
                Key("interactive", FLAG, "whether people voted on it there", needed=True),
            ),
        ),
        "its part in the study of the paper",
    ),
    Key("status", _STANDING, "“available” unless said"),
    Key("since", _DAY, "retired: when, where that is known"),
    Key("successor", ID, "retired: the system that took its place"),
    Key("reason", LINE, "retired or not provided: why, and what can be done"),
)


def as_markdown() -> str:
    """All keys as a table."""
    rows = ["| key | must be | says |", "|---|---|---|"]
    for name, key in _flat("", KEYS):
        needed = "" if key.needed else " (may be absent)"
        rows.append(f"| `{name}` | {key.form.words}{needed} | {key.says} |")
    return "\n".join(rows) + "\n"


def _flat(within: str, keys: tuple[Key, ...]) -> Iterator[tuple[str, Key]]:
    for key in keys:
        yield f"{within}{key.name}", key
        yield from _flat(f"{within}{key.name}.", key.form.keys)
