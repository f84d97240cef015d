"""Whether an answer says who made it, and the answer with that taken away.

Pure: two texts and what was said in, mentions and masked texts out. Only answers are searched. A
name that the participant said first tells nothing about who repeats it, so it does not count; it is
kept all the same. One that stands only in a reading which the recogniser itself rejects may have
been said or not: it is noted, and counts. What counts as saying it is written down in
`resources/identity`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from desktop.session.identity_lexicon import LETTER, Entry, Lexicon
from desktop.session.study_parts import Identity

MARK = "[…]"
"""The same for every name, so that neither its length nor its script shows."""
_FAR = 300
"""Characters on either side of a name in which its sentence is looked for."""
_ENDS = re.compile(r"[!?…。！？\n]|\.(?=\s|$)")
_LABEL = re.compile(r"[\s*_\"“#>]*\Z")
_COLON = re.compile(r"[\s*_\"”]*[:：]")
_SIGNED = re.compile(r"(?:^|\n)[\s*_]*[—–-]{1,2}[\s*_]*\Z")
_LAST = re.compile(r"[\s*_.!]*\Z")
_ANOTHER_NAME = re.compile(r"[ \-‐-–][A-ZÀ-ÖØ-ÞА-Я]")
"""A capitalised word right behind makes a first name a person's, a wind a ship's."""
_TAIL = re.compile(rf"{LETTER}*(?:(?:[-‐-–_](?-i:[A-Z0-9])|\.\d){LETTER}*)*(?: ?\(\d[\w.]*\))?")
"""What is glued to a name and is in no list: a mask that left it would name the system."""
_OPENED = re.compile(r" ?[(（]")
_SIDE_BY_SIDE = re.compile(r"(?:['’]s)?[ \-‐-–/]+")
"""Between names that make one: “Google's Gemini”, “meta-llama/Llama-3.1-8B”."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an answer that says who answers."""

    entry: str
    text: str
    """As it is written there."""
    start: int
    """In characters from the beginning of the answer; `end` is after the last one."""
    end: int
    said_first: bool
    """By the participant: then it tells nothing."""
    perhaps_said_first: bool
    """In a reading that was rejected, and in none that was accepted: then it tells."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was said in the conversation before these answers were shown."""

    said: Sequence[str] = ()
    """By the participant, in the readings that their recognisers accepted."""
    perhaps_said: Sequence[str] = ()
    """Likewise, in those that they rejected."""
    answers: Sequence[str] = ()
    """Of the turns before, as they came."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in both answers of a turn, and what is shown of them."""

    found: Mapping[str, Sequence[Mention]]
    """By slot."""
    texts: Mapping[str, str]
    """By slot, as they are to be shown."""
    facts: Mapping[str, Any]
    """JSON values to be kept with what was shown; empty where the study wants nothing."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the lexicon with all that belongs to it."""

    entry: str
    start: int
    end: int
    ambiguous: bool
    """It may be a word for something else; one with a version is not."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Entries that the participant said first."""

    said: frozenset[str]
    perhaps_said: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Run:
    """Names side by side, which are one: “Google Gemini 2.0 Flash”."""

    names: Sequence[_Name]

    @property
    def start(self) -> int:
        return self.names[0].start

    @property
    def end(self) -> int:
        return self.names[-1].end

    @property
    def ambiguous(self) -> bool:
        return len(self.names) == 1 and self.names[0].ambiguous


def look(texts: Mapping[str, str], before: Before, policy: Identity, lexicon: Lexicon) -> Looked:
    """`texts` by slot."""
    known = _Known(_entries_in(before.said, lexicon), _entries_in(before.perhaps_said, lexicon))
    runs = {slot: tuple(_runs(text, lexicon)) for slot, text in texts.items()}
    found = {
        slot: tuple(_mentions(text, runs[slot], known, lexicon)) for slot, text in texts.items()
    }
    shown = dict(texts)
    if policy is Identity.MASK:
        # What one answer gave away is hidden in both, wherever it stands, from that turn on.
        earlier = [_mentions(text, _runs(text, lexicon), known, lexicon) for text in before.answers]
        every = chain.from_iterable([*earlier, *found.values()])
        hidden = {mention.entry for mention in every if not mention.said_first}
        shown = {
            slot: _masked(text, runs[slot], found[slot], hidden) for slot, text in texts.items()
        }
    facts = {
        "policy": policy.value,
        "lexicon": lexicon.version,
        **{slot: [asdict(mention) for mention in of_slot] for slot, of_slot in found.items()},
        "masked": sorted(slot for slot in texts if shown[slot] != texts[slot]),
    }
    return Looked(found, shown, facts)


def _mentions(
    text: str, runs: Iterable[_Run], known: _Known, lexicon: Lexicon
) -> Iterator[Mention]:
    """Names in `text` that say who answers."""
    told_to = 0
    for run in runs:
        if _says_who(text, run, lexicon, told_to):
            told_to = run.end
            for name in run.names:
                said = name.entry in known.said
                yield Mention(
                    entry=name.entry,
                    text=text[name.start : name.end],
                    start=name.start,
                    end=name.end,
                    said_first=said,
                    perhaps_said_first=not said and name.entry in known.perhaps_said,
                )


def _names(text: str, lexicon: Lexicon) -> Iterator[_Name]:
    end = 0
    for match in lexicon.names.finditer(text):
        if match.start() < end:
            continue  # inside the tail of the last one
        entry = _entry(match, lexicon)
        end = match.end()
        numbered = any(letter.isdigit() for letter in text[match.start() : end + 1])
        ambiguous = entry.also and not match["v"] and not numbered
        if not ambiguous:
            tail = _TAIL.match(text, end)
            end = tail.end() if tail else end
        yield _Name(entry.name, match.start(), end, ambiguous)


def _runs(text: str, lexicon: Lexicon) -> Iterator[_Run]:
    run: list[_Name] = []
    for name in _names(text, lexicon):
        if run and not _SIDE_BY_SIDE.fullmatch(text, run[-1].end, name.start):
            yield _Run(run)
            run = []
        run.append(name)
    if run:
        yield _Run(run)


def _says_who(text: str, run: _Run, lexicon: Lexicon, told_to: int) -> bool:
    """`told_to`: where the last name ends that says who answers; 0 for none."""
    before = text[max(0, run.start - _FAR) : run.start]
    after = text[run.end : run.end + _FAR]
    if run.ambiguous and _ANOTHER_NAME.match(after):
        return False
    backwards = before[_sentence_start(before) :][::-1]
    if lexicon.alone.before.match(backwards) or lexicon.alone.after.match(after):
        return True
    if _labels(before, after):
        return not run.ambiguous
    told = told_to > run.start - len(backwards)  # in this sentence
    opened = _OPENED.fullmatch(text, told_to, run.start)  # “I'm GPT-4o (OpenAI)”
    if told and (opened or lexicon.behind.before.match(backwards)):
        return True
    if not (lexicon.with_self.before.match(backwards) or lexicon.with_self.after.match(after)):
        return False
    if told:
        return True
    ended = _ENDS.search(after)
    sentence = f"{backwards[::-1]} {after[: ended.start() if ended else len(after)]}"
    return bool(lexicon.of_self.search(sentence))


def _labels(before: str, after: str) -> bool:
    """“ChatGPT: Sure.” at the beginning, or “— ChatGPT” at the end."""
    if _LABEL.match(before) and _COLON.match(after):
        return True
    return bool(_SIGNED.search(before) and _LAST.match(after))


def _sentence_start(before: str) -> int:
    ends = [match.end() for match in _ENDS.finditer(before)]
    return ends[-1] if ends else 0


def _entries_in(said: Iterable[str], lexicon: Lexicon) -> frozenset[str]:
    return frozenset(
        _entry(match, lexicon).name for text in said for match in lexicon.names.finditer(text)
    )


def _entry(match: re.Match[str], lexicon: Lexicon) -> Entry:
    named = next(name for name, value in match.groupdict().items() if value and name != "v")
    return lexicon.entries[int(named[1:].partition("_")[0])]


def _masked(text: str, runs: Iterable[_Run], found: Sequence[Mention], hidden: set[str]) -> str:
    """A word that also means something else is hidden only where it says who answers."""
    told = {mention.start for mention in found if not mention.said_first}
    open_words = {mention.start for mention in found if mention.said_first}
    spans: list[tuple[int, int]] = []
    for run in runs:
        if not any(n.start in told or (n.entry in hidden and not run.ambiguous) for n in run.names):
            continue
        for name in run.names:
            if name.start in open_words:
                continue
            if spans and _SIDE_BY_SIDE.fullmatch(text, spans[-1][1], name.start):
                spans[-1] = (spans[-1][0], name.end)
            else:
                spans.append((name.start, name.end))
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], MARK]
        at = end
    return "".join([*parts, text[at:]])
