"""Which skill answers, what is said when none can, and that no answer names anybody."""

import re
from collections import Counter
from importlib.metadata import distributions

from engines.pocketsphinx.grammar import read_grammar
from engines.pocketsphinx.language_model import GRAMMAR
from engines.skills.jokes import read_jokes
from tests.helpers.hearing import in_domain, out_of_domain, outcome
from tests.helpers.names import NAMES_THAT_GIVE_AWAY
from tests.helpers.skills import ask

INSIDE = [*in_domain(held_out=False), *in_domain(held_out=True)]
OUTSIDE = [*out_of_domain(held_out=False), *out_of_domain(held_out=True)]


def test_what_people_would_say_is_answered() -> None:
    outcomes = {s.text: outcome(s, s.text, understood=True) for s in INSIDE}
    assert [text for text, came in outcomes.items() if came != "right"] == []


def test_what_the_skills_cannot_do_is_not_answered() -> None:
    replies = {sentence.text: ask(sentence.text) for sentence in OUTSIDE}
    assert [text for text, reply in replies.items() if reply.intent] == []
    for text, reply in replies.items():
        assert f"I heard “{text}”" in reply.text
        assert "I can tell you the time" in reply.text


def test_everything_the_recogniser_may_hear_is_answered() -> None:
    unanswered = [said for said in _heard(4000) if ask(said).intent == ""]
    assert unanswered == []


def test_every_skill_is_within_the_recogniser_s_reach() -> None:
    intents = Counter(ask(said).intent for said in _heard(4000))
    assert set(intents) == {sentence.intent for sentence in INSIDE}


def test_what_was_rejected_says_so_and_does_not_answer() -> None:
    reply = ask("what is the capital of japan", understood=False)
    assert reply.intent == ""
    assert "“what is the capital of japan”" in reply.text
    assert "Tokyo" not in reply.text


def test_silence_says_that_nothing_was_heard() -> None:
    assert "I did not hear any words" in ask("").text
    assert "I did not hear any words" in ask("", understood=False).text


def test_what_is_offered_can_be_done() -> None:
    offered = {ask("", seed=seed).text.rpartition("for example: ")[2] for seed in range(50)}
    assert len(offered) > 3
    for question in offered:
        assert ask(question.removesuffix("?").lower()).intent


def test_no_answer_names_anybody() -> None:
    """Whatever can be said, an answer must not tell a voter which system it came from."""
    answers = {ask(said, seed=seed).text for seed, said in enumerate(_heard(4000))}
    answers |= {ask(s.text, understood=u).text for s in INSIDE + OUTSIDE for u in (True, False)}
    answers |= set(read_jokes())
    installed = {found.metadata["Name"].lower() for found in distributions()} - {"click"}
    for name in NAMES_THAT_GIVE_AWAY | {name for name in installed if len(name) > 5}:
        pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        assert [text for text in answers if pattern.search(text)] == []


def test_answers_are_plain_text_in_one_paragraph() -> None:
    for said in _heard(2000):
        text = ask(said).text
        assert re.fullmatch(r"[^\n*_#`<>|]+[.?!]", text), text
        assert len(text) < 300


def _heard(count: int) -> list[str]:
    return list(read_grammar(GRAMMAR).sentences(count, seed=11))
