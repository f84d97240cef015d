"""The folder of parts: takes exported folders in, each once; puts aside what it cannot trust."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ranker.parts import trust
from ranker.parts.compact import compact, last_of
from ranker.parts.duck import connect
from ranker.parts.entry import Entry, Story, read_entry
from ranker.parts.errors import NotAStore, StoreTrouble, UnreadablePart
from ranker.parts.examine import FORGED, MANIFEST, Examined, examine
from ranker.parts.facts import LAYOUT, is_older
from ranker.parts.files import one_writer, put_in_place, sync_folder, write_whole
from ranker.parts.mark import COUNTED, FORMAT, MARK, PARTS, is_store
from ranker.read import BATTLES, NoSuchExport, read_lines, require_export
from ranker.signature import SIGNATURE

QUARANTINE = "quarantine"
_UNFINISHED = ".incoming-"
_REASON, _LINES = "reason.txt", "lines.jsonl"

TAKEN, KNOWN, RENEWED, QUARANTINED = "taken in", "known", "renewed", "quarantined"


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one exported folder."""

    source: str
    content: str
    """SHA-256 of its battles."""
    outcome: str
    """`TAKEN`, `KNOWN` (the same battles were taken in before), `RENEWED` (by an older program, and
    its part now says more of them) or `QUARANTINED`."""
    battles: int = 0
    reason: str = ""
    """Why it was quarantined."""
    refused: int = 0
    """Lines of a part that was taken in that were quarantined, one by one."""


class Store:
    """A parts store that is there."""

    def __init__(self, folder: Path) -> None:
        """Raises NotAStore."""
        self.folder = folder
        self._signed: set[str] | None = None
        """Stations of the parts that somebody signed, once somebody asked."""
        if not is_store(folder):
            raise NotAStore(folder, "it lacks a readable " + MARK)

    def entries(self) -> tuple[Entry, ...]:
        """All parts, by their content. Raises UnreadablePart."""
        return tuple(self.entry(content) for content in sorted(self.contents()))

    def contents(self) -> frozenset[str]:
        """What names the parts."""
        return frozenset(path.stem for path in (self.folder / PARTS).glob("[0-9a-f]*.json"))

    def entry(self, content: str) -> Entry:
        """Of one part. Raises UnreadablePart."""
        return read_entry(self.folder / PARTS / f"{content}.json")

    def path_of(self, entry: Entry) -> Path:
        return self.folder / PARTS / f"{entry.content}.parquet"

    def trust(self, said: str) -> tuple[str, str]:
        """Trust a key: NAME=FINGERPRINT. Raises trust.BadTrust, trust.SharedKey, trust.OtherKey,
        StoreBusy, StoreTrouble."""
        with self._writing():
            return trust.trust(self.folder, said)

    def collect(self, exports: Iterable[Path], program: str) -> Iterator[Collected]:
        """Take exported folders in, one after the other; what was finished stays, come what may.

        `program` is the version of the program, for the entries. Raises NoSuchExport before
        anything is taken in, StoreBusy, StoreTrouble and NeedsLibrary.
        """
        exports = list(exports)
        for export in exports:
            require_export(export, not_done="taken in")
        connect("Collecting parts").close()  # said before anything is copied
        with self._writing():
            self._signed = None
            keys = trust.trusted(self.folder)
            for export in exports:
                with self._private_copy(export) as copy:
                    yield self._take(copy, examine(copy, keys), program)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with one_writer(self.folder):
                for left in self.folder.glob(f"{_UNFINISHED}*"):  # of a collector that was killed
                    shutil.rmtree(left, ignore_errors=True)
                yield
        except OSError as error:
            raise StoreTrouble(self.folder, error) from error

    @contextmanager
    def _private_copy(self, export: Path) -> Iterator[Path]:
        """What is examined is what is taken in, whatever happens to the export meanwhile."""
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=self.folder) as workshop:
            # By itself: an export may be called what lies in the workshop beside it.
            copy = Path(workshop, "copy", export.resolve().name or "export")
            copy.mkdir(parents=True)
            try:
                shutil.copyfile(export / BATTLES, copy / BATTLES)
            except OSError as error:
                why = f"it cannot be read ({error.strerror})"
                raise NoSuchExport(export, why, not_done="taken in") from error
            for name in (MANIFEST, SIGNATURE):
                if (export / name).is_file():
                    shutil.copyfile(export / name, copy / name)
            yield copy

    def _take(self, copy: Path, found: Examined, program: str) -> Collected:
        known = (self.folder / PARTS / f"{found.content}.json").exists()
        if known and (found.refused or not self._to_renew(found.content)):
            return Collected(copy.name, found.content, KNOWN)
        refused = found.refused or self._forged_before(found)
        if refused:
            return self._put_aside(copy, found, refused)
        try:
            entry = self._compacted(copy, found, program)
        except _Unsigned as why:
            return self._put_aside(copy, found, str(why))
        if self._signed is not None and found.signer:
            self._signed |= _stations_of(entry.stories)
        shutil.rmtree(self._aside(found), ignore_errors=True)  # it was refused before
        lines = sum(count for count, _ in entry.refused.values())
        if known:  # this program may read its lines otherwise
            shutil.rmtree(self.folder / COUNTED, ignore_errors=True)
        outcome = RENEWED if known else TAKEN
        return Collected(copy.name, found.content, outcome, entry.rows, refused=lines)

    def _to_renew(self, content: str) -> bool:
        try:
            return is_older(self.entry(content))
        except UnreadablePart:  # `rank` says what to do with it
            return False

    def _put_aside(self, copy: Path, found: Examined, reason: str) -> Collected:
        (copy / _REASON).write_text(reason + "\n", "utf-8")
        _replace(copy, self._aside(found))
        return Collected(copy.name, found.content, QUARANTINED, reason=reason)

    def _aside(self, found: Examined) -> Path:
        """Of these battles in this envelope: others may have sent the same in another."""
        return self.folder / QUARANTINE / f"{found.content}-{found.envelope}"

    def _forged_before(self, found: Examined) -> str:
        """Why battles that nobody signed are not taken in after somebody forged a signature."""
        for reason in (self.folder / QUARANTINE).glob(f"{found.content}-*/{_REASON}"):
            if found.signer is None and reason.read_text("utf-8").startswith(FORGED):
                return (
                    "This part is not signed, and the same battles lie in quarantine with a "
                    "signature that is forged: have the station's signed export sent."
                )
        return ""

    def _require_no_word_on(self, stories: Iterable[Story]) -> None:
        """Raises _Unsigned where parts of a station of an unsigned part are signed."""
        if self._signed is None:
            self._signed = set()
            for content in self.contents():
                with suppress(UnreadablePart):  # `rank` says what to do with it
                    entry = self.entry(content)
                    self._signed |= _stations_of(entry.stories) if entry.signer else set()
        if both := sorted(self._signed & _stations_of(stories)):
            raise _Unsigned(
                f"This part is not signed, and other parts of its station ({', '.join(both)}) are: "
                "have the signed export sent. Merges and imports are signed by nobody."
            )

    def _compacted(self, copy: Path, found: Examined, program: str) -> Entry:
        """The part in its place. Its entry comes last: what has none is not there."""
        doubts: list[str] = []
        workshop = copy.parent.parent
        refused = workshop / "refused"
        refused.mkdir()
        rows = workshop / "part.parquet"
        number = Entry(content=found.content, source="", program="", rows=0, size=0).number
        with (refused / _LINES).open("wb") as kept:
            done = compact(read_lines(copy, doubts), rows, number, kept)
        if found.signer is None:
            self._require_no_word_on(done.stories)
        entry = Entry(
            content=found.content,
            source=copy.name.encode(errors="replace").decode(),
            program=program,
            rows=done.rows,
            size=found.size,
            facts=LAYOUT,
            sequence=done.sequence,
            started=done.started,
            signer=found.signer,
            doubts=tuple(doubts),
            refused=done.refused,
            systems=tuple(done.systems),
            people=tuple(done.people),
            stories=tuple(done.stories),
            examples=tuple((*where, *said) for where, said in done.examples.items()),
            latest={
                station: tuple(last_of(latest).values()) for station, latest in done.latest.items()
            },
        )
        put_in_place(rows, self.path_of(entry))
        if entry.refused:
            told = [f"{n:,} × {rule}: {one}\n" for rule, (n, one) in entry.refused.items()]
            (refused / _REASON).write_text("".join(told), "utf-8")
            _replace(refused, self.folder / QUARANTINE / found.content)
        write_whole(self.path_of(entry).with_suffix(".json"), entry.to_bytes())
        return entry


class _Unsigned(Exception):
    """Why a part that nobody signed is quarantined, as a sentence."""


def _stations_of(stories: Iterable[Story]) -> set[str]:
    return {story.station for story in stories if story.station}


def store_at(source: object) -> Store | None:
    """The store that a source of votes is, or lies at; None where it is something else."""
    if isinstance(source, str | os.PathLike) and is_store(Path(source)):
        return Store(Path(source))
    return source if isinstance(source, Store) else None


def open_store(folder: Path) -> Store:
    """The store at `folder`, made where nothing is yet. Raises NotAStore, StoreTrouble."""
    if is_store(folder):
        return Store(folder)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotAStore(folder, "something else is there")
        for name in (PARTS, QUARANTINE):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_whole(folder / MARK, json.dumps({"format": FORMAT, "schema": 1}).encode() + b"\n")
    except OSError as error:
        raise StoreTrouble(folder, error) from error
    return Store(folder)


def _replace(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    source.rename(target)
    sync_folder(target.parent)
