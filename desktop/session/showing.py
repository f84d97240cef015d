"""What is shown of two answers; the answers themselves are kept as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from desktop.background import Background
from desktop.session.identity import look
from desktop.session.identity_lexicon import read_lexicon
from desktop.session.plain_words import plain_words
from desktop.session.running_battle import RunningBattle
from desktop.session.study import Study
from desktop.session.study_parts import Identity, Markdown
from desktop.session.text_facts import text_facts
from engines.api import Answer
from local_db import kept

Texts = Mapping[str, str]
"""By slot."""


def to_show(study: Study, texts: Texts, heard: Iterable[str]) -> tuple[Texts, Mapping[str, Any]]:
    """What is shown of these answers, and what is kept of that decision (JSON values).

    `heard` is all that the participant said in the conversation so far, in every reading. What an
    answer said is nothing that was said first, in no turn: a name stays a leak when it is repeated.
    """
    if study.showing.markdown is Markdown.PLAIN:
        texts = {slot: plain_words(text) for slot, text in texts.items()}
    policy = study.showing.identity
    if policy is Identity.NOTHING:
        return texts, {}
    looked = look(texts, heard, policy, read_lexicon())
    return looked.texts, {"identity": looked.facts}


def settle_texts(study: Study, battle: RunningBattle) -> None:
    """Both answers are there: decide what of them is shown."""
    answers = {slot: a for slot, a in battle.outcomes.items() if isinstance(a, Answer)}
    texts = {slot: answer.text for slot, answer in answers.items()}
    earlier = [answer for turn in battle.past for answer in turn.answers.values()]
    battle.texts, facts = to_show(study, texts, _heard([*earlier, *answers.values()]))
    battle.shown_facts = {"texts": text_facts(battle.outcomes), **facts}


def shown_again(study: Study, battle: kept.Battle) -> Texts:
    """What was shown last of a battle that is kept."""
    turn = battle.turns[-1]
    texts = {slot: a.text for slot, a in (("a", turn.a), ("b", turn.b)) if a is not None}
    heard = (
        str(reading["text"])
        for take in battle.takes
        if take.purpose == "turn"
        for script in take.transcripts
        for reading in script.hypotheses
    )
    return to_show(study, texts, heard)[0]


def read_ahead(study: Study, background: Background) -> None:
    """Make what answers are searched with before the first of them is there."""
    if study.showing.identity is not Identity.NOTHING:
        background.later(read_lexicon, lambda _: None, lambda _: None)


def _heard(answers: Iterable[Answer]) -> Iterator[str]:
    """Every reading of what the participant said, rejected ones too: one of them may be right."""
    for answer in answers:
        if answer.transcription is not None:
            yield from (hypothesis.text for hypothesis in answer.transcription.hypotheses)
