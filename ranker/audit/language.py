"""In which script and, roughly, in which language a text is, without a library or a network.

The script of a letter is the first word of its Unicode name (`CYRILLIC SMALL LETTER A`). Languages
that share a script are told apart by their commonest function words, which make up a third of any
running text; it takes a sentence, and says nothing of a single word. For naming a system by its
language that is enough; for counting wrong languages a trained detector is better.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from ranker.audit.style import WORD

SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "BENGALI",
    "TAMIL",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
    "CJK",
    "GEORGIAN",
    "ARMENIAN",
    "ETHIOPIC",
)
OTHER = "OTHER"

_WORDS = {
    "en": "the of and to in is that it for you with on are as this be at or from have can not",
    "de": "der die das und ist nicht ein eine zu den mit von es sie ich auf für dem auch wie",
    "fr": "le la les de des et est un une que en pour dans qui pas vous sur avec au ce",
    "es": "el la los las de que y es en un una por con no para del se su lo como",
    "it": "il la di che e è un una per non in con del della le sono si come gli anche",
    "pt": "o a os as de que e é um uma do da em não para com por se no mais",
    "nl": "de het een en van is dat niet op te zijn in voor met je ik er maar ook aan",
    "sv": "och att det är en som på för av med den till inte har om ett jag kan de så",
    "pl": "i w nie na się jest to że z do o jak ale po co od za dla przez są",
    "cs": "a je se v na to že s z do o ve jsou by pro ale jako jsem po nebo",
    "tr": "ve bir bu da de için ile çok ne olarak daha gibi var ama ben en mi olan değil o",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga ke karena ada atau",
    "vi": "là và của có không cho một các được này với trong người để đã những bạn khi thể",
    "ro": "și de la în nu o este cu că pe un din care se mai sunt pentru ce al",
    "hu": "a az és hogy nem is egy ez meg csak van volt de ha mint vagy el már még",
    "fi": "ja on ei se että oli hän mutta ovat kun niin tai myös joka mitä olen voi",
    "ru": "и в не на я что он с это а как по но из у за то от для вы",
    "uk": "і в не на що я з у це та до як але за він від для про ви",
}
_LANGUAGES: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _WORDS.items()
}
_OF_SCRIPT = {
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
}
"""The language with most speakers; a script alone says no more."""
_FEWEST_WORDS = 2
"""Function words that a language must have to be named."""


@cache
def script_of(letter: str) -> str:
    """Of one letter, from SCRIPTS, or OTHER."""
    first = unicodedata.name(letter, "").split(" ")[0]
    return first if first in SCRIPTS else OTHER


def scripts(text: str) -> Mapping[str, float]:
    """Script -> share of the letters; empty where there are none."""
    counts = Counter(script_of(character) for character in text if character.isalpha())
    return {script: n / counts.total() for script, n in counts.items()}


def function_words(text: str) -> Mapping[str, float]:
    """Language -> share of the words that are function words of it."""
    words = WORD.findall(text.lower())
    return {
        language: sum(word in common for word in words) / max(len(words), 1)
        for language, common in _LANGUAGES.items()
    }


def language_of(text: str) -> str:
    """ISO 639-1 code, or empty where the text is too short or too mixed to say."""
    shares = scripts(text)
    if not shares:
        return ""
    script = max(shares, key=lambda name: shares[name])
    if shares.get("HIRAGANA", 0) + shares.get("KATAKANA", 0) > 0.1:
        return "ja"
    if script == "CJK":
        return "zh"
    if script not in ("LATIN", "CYRILLIC"):
        return _OF_SCRIPT.get(script, "")
    found = Counter(
        {
            language: sum(word in common for word in WORD.findall(text.lower()))
            for language, common in _LANGUAGES.items()
        }
    )
    (first, most), (_, second) = found.most_common(2)
    return first if most >= _FEWEST_WORDS and most > second else ""


def features(text: str) -> Sequence[float]:
    """Shares of scripts, then of function words."""
    words = function_words(text)
    return [*script_shares(text), *(words[language] for language in _LANGUAGES)]


def script_shares(text: str) -> Sequence[float]:
    """Of SCRIPTS, then of all others."""
    shares = scripts(text)
    return [shares.get(script, 0.0) for script in (*SCRIPTS, OTHER)]
