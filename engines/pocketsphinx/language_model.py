"""The skill language model: a trigram model of random sentences of `skills.jsgf`, in ARPA format.

The estimator is the one in PocketSphinx's own wheel (`pocketsphinx.lm`, absolute back-off with a
fixed discount). Compared on the tuning voices (docs/baselines.md): a Witten-Bell estimator of our
own was no better, and decoding with the grammar itself was worse and forty times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engines.pocketsphinx.grammar import read_grammar

GRAMMAR = Path(__file__).with_name("skills.jsgf")

_SENTENCES = 30_000  # three times more changes nothing on the tuning voices
_DISCOUNT = 0.1


def training_sentences() -> Iterator[str]:
    """What the model is made of: the same sentences every time."""
    return read_grammar(GRAMMAR).sentences(_SENTENCES)


def words_of(dictionary: Path) -> str:
    """The lines of a pronouncing dictionary that the model has a use for."""
    words = read_grammar(GRAMMAR).words()
    lines = dictionary.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.split(maxsplit=1)[0].split("(")[0] in words)


def write_skill_model(path: Path) -> None:
    """Write the ARPA file: the same bytes every time. Takes about half a second."""
    from pocketsphinx.lm import ArpaBoLM

    model = ArpaBoLM(text="\n".join(training_sentences()), add_start=True, discount_mass=_DISCOUNT)
    model.compute()
    with path.open("w", encoding="utf-8") as arpa:
        model.write(arpa)
