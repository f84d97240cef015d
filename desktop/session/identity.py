"""Whether an answer says who made it, and the answer with that taken away.

Pure: two texts and what was said in, mentions and masked texts out. Only answers are searched. A
name that the participant said first tells nothing about who repeats it, so it does not count; it is
kept all the same. What counts as saying it is written down in `resources/identity`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from desktop.session.identity_lexicon import Entry, Lexicon
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


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in both answers of a turn, and what is shown of them."""

    found: Mapping[str, Sequence[Mention]]
    """By slot."""
    texts: Mapping[str, str]
    """By slot, as they are to be shown."""
    facts: Mapping[str, Any]
    """JSON values to be kept with what was shown; empty where the study wants nothing."""


def look(
    texts: Mapping[str, str], said: Iterable[str], policy: Identity, lexicon: Lexicon
) -> Looked:
    """`texts` by slot; `said`, all that was heard of the participant, in every reading."""
    known = _entries_in(said, lexicon)
    found = {slot: tuple(mentions(text, known, lexicon)) for slot, text in texts.items()}
    shown = dict(texts)
    if policy is Identity.MASK:
        # What one answer gave away is hidden in both, wherever it stands.
        hidden = {m.entry for of_slot in found.values() for m in of_slot if not m.said_first}
        shown = {slot: _masked(text, found[slot], hidden, lexicon) for slot, text in texts.items()}
    facts = {
        "policy": policy.value,
        "lexicon": lexicon.version,
        **{slot: [asdict(mention) for mention in of_slot] for slot, of_slot in found.items()},
        "masked": sorted(slot for slot in texts if shown[slot] != texts[slot]),
    }
    return Looked(found, shown, facts)


def mentions(text: str, said: frozenset[str], lexicon: Lexicon) -> Iterator[Mention]:
    """Names in `text` that say who answers; `said`, the entries the participant said first."""
    told_to = 0
    for match in lexicon.names.finditer(text):
        entry = _entry(match, lexicon)
        if _says_who(text, match, entry, lexicon, told_to):
            told_to = match.end()
            yield Mention(entry.name, match.group(), match.start(), match.end(), entry.name in said)


def _says_who(text: str, name: re.Match[str], entry: Entry, lexicon: Lexicon, told_to: int) -> bool:
    """`told_to`: where the last name ends that says who answers; 0 for none."""
    before = text[max(0, name.start() - _FAR) : name.start()]
    after = text[name.end() : name.end() + _FAR]
    if entry.also and _ANOTHER_NAME.match(after):
        return False
    backwards = before[_sentence_start(before) :][::-1]
    if lexicon.alone.before.match(backwards) or lexicon.alone.after.match(after):
        return True
    if _labels(before, after):
        return not entry.also
    if not (lexicon.with_self.before.match(backwards) or lexicon.with_self.after.match(after)):
        return False
    if told_to > name.start() - len(backwards):  # in this sentence
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


def _masked(text: str, found: Sequence[Mention], hidden: set[str], lexicon: Lexicon) -> str:
    """A word that also means something else is hidden only where it says who answers."""
    spans = {(m.start, m.end) for m in found if not m.said_first}
    for match in lexicon.names.finditer(text):
        entry = _entry(match, lexicon)
        if entry.name in hidden and not entry.also:
            spans.add(match.span())
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], MARK]
        at = end
    return "".join([*parts, text[at:]])
