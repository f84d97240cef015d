"""The three shipped systems, in real workers, on one take: one recognition serves them all."""

from desktop.catalogue.catalogue import read_catalogue
from engines.api import Answer
from engines.pool import Pool
from tests.helpers.spoken import spoken

BASELINES = ("baseline-skills", "baseline-skills-open", "baseline-eliza")
LIMIT_S = 90.0
"""A hung worker fails the test after this; nothing waits for it otherwise."""


def answers(pool: Pool, said: str, *, seed: int) -> tuple[dict[str, Answer], dict[str, list[str]]]:
    path = spoken(said, "en-us", 150)
    tokens: dict[str, list[str]] = {name: [] for name in BASELINES}
    asked = {
        name: pool.ask(name, path, seed=seed, on_token=tokens[name].append) for name in BASELINES
    }
    return {name: question.future.result(LIMIT_S) for name, question in asked.items()}, tokens


def test_one_take_is_recognised_once_and_answered_by_all() -> None:
    systems = [entry.system for entry in read_catalogue().values() if entry.system.id in BASELINES]
    with Pool(systems) as pool:
        made, tokens = answers(pool, "what is the capital of japan", seed=3)
        skills, opened, eliza = (made[name] for name in BASELINES)
        assert skills.text == opened.text == "The capital of Japan is Tokyo."
        assert eliza.text in {
            "Why do you ask?",
            "How would an answer to that help you?",
            "What do you think?",
        }
        assert {name: "".join(said) for name, said in tokens.items()} == {
            name: answer.text for name, answer in made.items()
        }
        # The same recognition, not an equal one.
        assert skills.transcription is not None
        assert skills.transcription is opened.transcription is eliza.transcription
        assert [skills.hypothesis, opened.hypothesis] == ["skills", "dictation"]
        assert "pocketsphinx/skills.jsgf" in skills.weights
        assert "pocketsphinx" in skills.packages

        made, _ = answers(pool, "i had a really long day at work", seed=3)
        assert made["baseline-skills"].text.startswith("It sounded a little like “")
        assert "I can tell you the time" in made["baseline-skills-open"].text
        assert made["baseline-eliza"].text
