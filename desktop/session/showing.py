"""What is shown of two answers; the answers themselves are kept as they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.background import Background
from desktop.session.identity import Before, look
from desktop.session.identity_lexicon import read_lexicon
from desktop.session.plain_words import plain_words
from desktop.session.running_battle import RunningBattle
from desktop.session.study import Study
from desktop.session.study_parts import Identity, Markdown
from desktop.session.text_facts import text_facts
from engines.api import Answer, Hypothesis
from local_db import kept

Texts = Mapping[str, str]
"""By slot."""


def to_show(study: Study, texts: Texts, before: Before) -> tuple[Texts, Mapping[str, Any]]:
    """What is shown of these answers, and what is kept of that decision (JSON values).

    What an answer said is nothing that was said first, in no turn: a name stays a leak when it is
    repeated.
    """
    if study.showing.markdown is Markdown.PLAIN:
        texts = {slot: plain_words(text) for slot, text in texts.items()}
    policy = study.showing.identity
    if policy is Identity.NOTHING:
        return texts, {}
    looked = look(texts, before, policy, read_lexicon())
    return looked.texts, {"identity": looked.facts}


def settle_texts(study: Study, battle: RunningBattle) -> None:
    """Both answers are there: decide what of them is shown."""
    answers = {slot: a for slot, a in battle.outcomes.items() if isinstance(a, Answer)}
    texts = {slot: answer.text for slot, answer in answers.items()}
    earlier = [answer for turn in battle.past for answer in turn.answers.values()]
    readings = [
        hypothesis
        for answer in (*earlier, *answers.values())
        if answer.transcription is not None
        for hypothesis in answer.transcription.hypotheses
    ]
    before = _before(readings, [answer.text for answer in earlier])
    battle.texts, facts = to_show(study, texts, before)
    battle.shown_facts = {"texts": text_facts(battle.outcomes), **facts}


def shown_again(study: Study, battle: kept.Battle) -> Texts:
    """What was shown last of a battle that is kept."""
    *earlier, turn = battle.turns
    texts = {slot: a.text for slot, a in (("a", turn.a), ("b", turn.b)) if a is not None}
    readings = [
        Hypothesis(**reading)
        for take in battle.takes
        if take.purpose == "turn"
        for script in take.transcripts
        for reading in script.hypotheses
    ]
    answers = [a.text for one in earlier for a in (one.a, one.b) if a is not None]
    return to_show(study, texts, _before(readings, answers))[0]


def read_ahead(study: Study, background: Background) -> None:
    """Make what answers are searched with before the first of them is there."""
    if study.showing.identity is not Identity.NOTHING:
        background.later(read_lexicon, lambda _: None, lambda _: None)


def _before(readings: Sequence[Hypothesis], answers: Sequence[str]) -> Before:
    """Every reading counts that was accepted: one of them may be right."""
    return Before(
        said=[reading.text for reading in readings if reading.accepted],
        perhaps_said=[reading.text for reading in readings if not reading.accepted],
        answers=answers,
    )
