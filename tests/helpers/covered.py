"""Whether the grammar of the skills can say a sentence, word for word."""

from __future__ import annotations

from functools import cache

from engines.pocketsphinx.grammar import Choice, Grammar, Reference, Word, read_grammar
from engines.pocketsphinx.language_model import GRAMMAR, training_sentences


@cache
def is_covered(sentence: str) -> bool:
    """Whether the language model could be trained on exactly this sentence."""
    return generates(_skills(), sentence)


def trained_on(sentence: str) -> bool:
    """Whether it was."""
    return sentence in _training()


def generates(grammar: Grammar, sentence: str) -> bool:
    """Whether some walk through the grammar says this and nothing else."""
    words = sentence.split()
    return len(words) in _Reader(grammar, words).ends_of_rule(grammar.start, 0)


class _Reader:
    """Where in the words each part of the grammar may end that begins somewhere in them."""

    def __init__(self, grammar: Grammar, words: list[str]) -> None:
        self._grammar = grammar
        self._words = words
        self._known: dict[tuple[str, int], set[int]] = {}

    def ends_of_rule(self, rule: str, start: int) -> set[int]:
        if (rule, start) not in self._known:
            self._known[rule, start] = self._ends(self._grammar.rules[rule], start)
        return self._known[rule, start]

    def _ends(self, choice: Choice, start: int) -> set[int]:
        return {end for sequence in choice.sequences for end in self._run(sequence, start)}

    def _run(self, sequence: tuple[Word | Reference | Choice, ...], start: int) -> set[int]:
        reached = {start}
        for item in sequence:
            reached = {end for at in reached for end in self._step(item, at)}
        return reached

    def _step(self, item: Word | Reference | Choice, at: int) -> set[int]:
        match item:
            case Word(text):
                return {at + 1} if self._words[at : at + 1] == [text] else set()
            case Reference(rule):
                return self.ends_of_rule(rule, at)
            case Choice():
                return self._ends(item, at)


@cache
def _skills() -> Grammar:
    return read_grammar(GRAMMAR)


@cache
def _training() -> frozenset[str]:
    return frozenset(training_sentences())
