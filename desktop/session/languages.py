"""Which language a text is in: py3langid, a naive Bayes over byte sequences, offline.

Short texts are told apart by chance alone: what is less than `SURE` sure is undetermined, `und` as
ISO 639-2 has it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"
SURE = 0.4
"""Probability among `LANGUAGES`; “Yes.” has 0.1, four English words 0.5 to 1."""

_CODES = (
    "af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gu he hi hr hu hy id is "
    "it ja ka kk km kn ko lo lt lv mk ml mn mr mt my ne nl no pa pl pt ro ru si sk sl sq sv "
    "sw ta te th tl tr uk ur vi zh"
)
LANGUAGES = tuple(_CODES.split())
"""ISO 639-1. Of those that short texts cannot tell apart (Indonesian and Malay, Croatian, Bosnian
and Serbian) one stands for all."""


def language_of(text: str) -> str:
    """ISO 639-1 code of one of `LANGUAGES`, or `und`. The first call loads the model, for seconds
    on a slow machine."""
    if not any(char.isalpha() for char in text):
        return UNDETERMINED
    language, probability = _model().classify(text)
    return str(language) if probability >= SURE else UNDETERMINED


def warm_up() -> None:
    _model()


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # late: it loads a model

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(LANGUAGES)
    return model
