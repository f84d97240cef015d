"""A grammar as a source of sentences: reads a part of JSGF, walks through it at random.

PocketSphinx reads JSGF itself, but only to decode with it, and copies every rule into each place
that refers to it: this grammar becomes 2.4 million states. Its reader gives no way to walk the
rules, so here is one, for what `skills.jsgf` uses: rules, weights, alternatives, groups, options.
The format: https://www.w3.org/TR/jsgf/
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"/(?P<weight>[\d.]+)/|<(?P<rule>\w+)>|(?P<word>[\w']+)|(?P<mark>[\[\]()|])|\S")


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    rule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, drawn by weight."""

    sequences: tuple[tuple[Word | Reference | Choice, ...], ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    start: str
    rules: Mapping[str, Choice]

    def words(self) -> set[str]:
        """Every word that some sentence may hold."""
        return {word for choice in self.rules.values() for word in _words(choice)}

    def sentences(self, count: int, seed: int = 1) -> Iterator[str]:
        """`count` random sentences; the same for the same seed."""
        chance = random.Random(seed)
        for _ in range(count):
            said: list[str] = []
            self._walk(self.rules[self.start], chance, said)
            yield " ".join(said)

    def _walk(self, choice: Choice, chance: random.Random, said: list[str]) -> None:
        (sequence,) = chance.choices(choice.sequences, choice.weights)
        for item in sequence:
            match item:
                case Word(text):
                    said.append(text)
                case Reference(rule):
                    self._walk(self.rules[rule], chance, said)
                case Choice():
                    self._walk(item, chance, said)


def read_grammar(path: Path) -> Grammar:
    """Raises ValueError for what is not in our part of JSGF, and for rules that are not there."""
    text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    header, *statements = (part.strip() for part in text.split(";"))
    if not header.startswith("#JSGF"):
        raise ValueError(f"{path.name} does not begin as JSGF does")
    rules: dict[str, Choice] = {}
    start = ""
    for statement in statements:
        match = re.match(r"(public\s+)?<(\w+)>\s*=(.*)", statement, re.DOTALL)
        if match is None:
            if statement and not statement.startswith("grammar "):
                raise ValueError(f"{path.name} holds what is no rule: {statement[:40]!r}")
            continue
        if match[2] in rules:
            raise ValueError(f"{path.name} defines <{match[2]}> twice")
        rules[match[2]] = _Reader(match[3]).read()
        start = match[2] if match[1] else start
    missing = {rule for choice in rules.values() for rule in _references(choice)} - set(rules)
    if missing or not start:
        raise ValueError(f"{path.name} lacks the rule {min(missing, default='marked public')}")
    return Grammar(start, rules)


class _Reader:
    """Reads the right side of one rule."""

    def __init__(self, text: str) -> None:
        self._tokens = [*_TOKEN.finditer(text)]
        self._at = 0

    def read(self) -> Choice:
        choice = self._choice()
        if self._at < len(self._tokens):
            raise ValueError(f"unexpected {self._tokens[self._at][0]!r} in a rule")
        return choice

    def _choice(self) -> Choice:
        sequences: list[tuple[Word | Reference | Choice, ...]] = []
        weights: list[float] = []
        while True:
            weights.append(self._weight())
            sequences.append(tuple(self._sequence()))
            if self._mark() != "|":
                return Choice(tuple(sequences), tuple(weights))
            self._at += 1

    def _weight(self) -> float:
        if self._at < len(self._tokens) and (weight := self._tokens[self._at]["weight"]):
            self._at += 1
            return float(weight)
        return 1.0

    def _sequence(self) -> Iterator[Word | Reference | Choice]:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token["word"]:
                yield Word(token["word"])
            elif token["rule"]:
                yield Reference(token["rule"])
            elif token["mark"] in ("[", "("):
                self._at += 1
                group = self._choice()
                closing = "]" if token["mark"] == "[" else ")"
                if self._mark() != closing:
                    raise ValueError(f"{closing!r} is missing in a rule")
                yield group if closing == ")" else Choice(((group,), ()), (1.0, 1.0))
            else:
                return
            self._at += 1

    def _mark(self) -> str | None:
        return self._tokens[self._at]["mark"] if self._at < len(self._tokens) else None


def _words(choice: Choice) -> Iterator[str]:
    for sequence in choice.sequences:
        for item in sequence:
            if isinstance(item, Word):
                yield item.text
            elif isinstance(item, Choice):
                yield from _words(item)


def _references(choice: Choice) -> Iterator[str]:
    for sequence in choice.sequences:
        for item in sequence:
            if isinstance(item, Reference):
                yield item.rule
            elif isinstance(item, Choice):
                yield from _references(item)
