"""An answer that says who made it: found, discounted, hidden."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.session.identity import MARK, Before, look
from desktop.session.identity_lexicon import LEXICON, read_lexicon
from desktop.session.study_parts import Identity
from resources import FOLDER
from tests.helpers.identity_set import Part, own_rule, sentences, substring_rule, wrong

SYSTEMS = sorted(
    name
    for file in (FOLDER / "catalogue").glob("*.toml")
    for system in tomllib.loads(file.read_text("utf-8"))["system"]
    for name in (system["id"], system["label"])
)
WHOLE = [
    *SYSTEMS,
    "Claude 3.5 Sonnet",
    "claude-3-5-sonnet-20241022",
    "Gemini 2.0 Flash",
    "GPT-4.1 mini",
    "gpt-4o-2024-08-06",
    "Llama 3.1 8B",
    "meta-llama/Llama-3.1-8B-Instruct",
    "Llama3Chat",
    "Typhoon2-Audio",
    "DeepSeek-V3.1",
    "DeepSeek-Zeta-9",
    "Mixtral 8x7B",
    "Google's Gemini 1.5 Pro",
    "Google Gemini",
    "Llama 3.1 (8B)",
]
NAMES = tomllib.loads((LEXICON / "names.toml").read_text("utf-8"))["name"]


def shown(a: str, b: str = "Yes.", *said: str) -> tuple[str, str]:
    texts = look({"a": a, "b": b}, Before(said), Identity.MASK, read_lexicon()).texts
    return texts["a"], texts["b"]


def test_the_set_is_large_enough() -> None:
    every = [*sentences("seen"), *sentences("unseen")]
    assert len(every) == len({(sentence.said, sentence.answer) for sentence in every}) >= 120
    assert Counter(sentence.tells for sentence in every)[True] > 60


@pytest.mark.parametrize("part", ["seen", "unseen"])
def test_it_misses_no_more_than_the_substring_rule_and_hardly_cries_wolf(part: Part) -> None:
    ours, theirs = (wrong(part, rule) for rule in (own_rule, substring_rule))
    assert len(ours[0]) < len(theirs[0]) / 4
    assert len(ours[1]) <= len(theirs[1])


def test_every_form_is_found_alone_in_its_frame() -> None:
    lost = [
        form
        for row in NAMES
        for form in row["forms"]
        if not look({"a": f"I am {form}."}, Before(), Identity.FLAG, read_lexicon()).found["a"]
    ]
    assert lost == []


def test_no_form_stands_under_two_entries() -> None:
    times = Counter(form for row in NAMES for form in row["forms"])
    assert [form for form, n in times.items() if n > 1] == []


def test_a_mask_is_the_same_for_every_name() -> None:
    assert shown("I'm ChatGPT.") == ("I'm […].", "Yes.")
    assert shown("I am Qwen2-Audio.") == ("I am […].", "Yes.")
    assert shown("我是通义千问，你好。") == ("我是[…]，你好。", "Yes.")


@pytest.mark.parametrize("frame", ["I am {}.", "As {}, I can.", "I am {}, made by OpenAI."])
def test_a_mask_leaves_no_tail_of_a_name(frame: str) -> None:
    masked = frame.replace("OpenAI", MARK).format(MARK)
    assert {name: shown(frame.format(name))[0] for name in WHOLE} == dict.fromkeys(WHOLE, masked)


@pytest.mark.parametrize(
    ("answer", "masked"),
    [
        ("I'm ChatGPT\n2 apples", f"I'm {MARK}\n2 apples"),
        ("I'm ChatGPT. Live long.", f"I'm {MARK}. Live long."),
        ("I'm Gemini, live from here.", f"I'm {MARK}, live from here."),
        ("I am a ChatGPT-like model.", f"I am a {MARK}-like model."),
        ("챗GPT입니다", f"{MARK}입니다"),
    ],
)
def test_a_mask_takes_no_words_that_are_not_the_name(answer: str, masked: str) -> None:
    hidden = "I'm ChatGPT."
    assert shown(answer, hidden)[0] == masked


@pytest.mark.parametrize(
    ("answer", "masked"),
    [
        ("I am Gemini 1.5 Pro from Google.", f"I am {MARK} from {MARK}."),
        ("I am Typhoon2-Audio by SCB 10X.", f"I am {MARK} by {MARK}."),
        ("I'm GPT-4o (OpenAI).", f"I'm {MARK} ({MARK})."),
        ("Made by Anthropic, I'm Claude 3 Opus.", f"Made by {MARK}, I'm {MARK}."),
        ("I'm Zephyr, trained by Hugging Face.", f"I'm Zephyr, trained by {MARK}."),
        ("I am sure it was made by Apple.", "I am sure it was made by Apple."),
        ("He is from Google.", "He is from Google."),
    ],
)
def test_a_name_told_makes_its_maker_tell_in_that_sentence(answer: str, masked: str) -> None:
    assert shown(answer) == (masked, "Yes.")


def test_a_version_makes_a_word_that_means_something_else_a_name() -> None:
    a, b = shown("I am Claude. Claude 3.5 likes tea.", "Ask Claude 4 or Claude Monet.")
    assert (a, b) == (f"I am {MARK}. {MARK} likes tea.", f"Ask {MARK} or Claude Monet.")


def test_what_one_answer_gives_away_is_hidden_in_both() -> None:
    a, b = shown("I'm ChatGPT, and ChatGPT likes tea.", "ChatGPT is a program.")
    assert a == f"I'm {MARK}, and {MARK} likes tea."
    assert b == f"{MARK} is a program."


def test_a_word_that_means_something_else_stays_where_it_does() -> None:
    a, _ = shown("I was trained by Google. Look at Google Maps.")
    assert a == f"I was trained by {MARK}. Look at Google Maps."


@pytest.mark.parametrize("text", ["I am Claude Debussy.", "Ich bin Claude-Debussy-Fan."])
def test_a_capitalised_word_behind_it_makes_it_another_name(text: str) -> None:
    assert shown(text) == (text, "Yes.")


def test_what_the_participant_said_first_is_kept_and_not_hidden() -> None:
    looked = look(
        {"a": "I'm ChatGPT, made by OpenAI.", "b": ""},
        Before(["are you chat gpt"]),
        Identity.MASK,
        read_lexicon(),
    )
    assert looked.texts["a"] == f"I'm ChatGPT, made by {MARK}."
    assert [(m["entry"], m["said_first"]) for m in looked.facts["a"]] == [
        ("ChatGPT", True),
        ("OpenAI", False),
    ]


def test_what_was_perhaps_said_first_is_noted_and_hidden() -> None:
    before = Before(said=["who are you"], perhaps_said=["chat gpt oh"])
    looked = look({"a": "I'm ChatGPT.", "b": ""}, before, Identity.MASK, read_lexicon())
    assert looked.texts["a"] == f"I'm {MARK}."
    (mention,) = looked.facts["a"]
    assert (mention["said_first"], mention["perhaps_said_first"]) == (False, True)


def test_what_an_earlier_answer_gave_away_stays_hidden() -> None:
    before = Before(answers=["I'm ChatGPT.", "Yes."])
    texts = {"a": "Tea.", "b": "ChatGPT likes tea."}
    looked = look(texts, before, Identity.MASK, read_lexicon())
    assert looked.texts == {"a": "Tea.", "b": f"{MARK} likes tea."}
    assert looked.facts["masked"] == ["b"]


def test_a_flag_hides_nothing_and_says_what_stands_where() -> None:
    text = "Well. I am Claude."
    looked = look({"a": text, "b": "Yes."}, Before(), Identity.FLAG, read_lexicon())
    assert looked.texts == {"a": text, "b": "Yes."}
    (mention,) = looked.facts["a"]
    assert text[mention["start"] : mention["end"]] == mention["text"] == "Claude"
    assert looked.facts["b"] == []
    assert looked.facts["masked"] == []
    assert looked.facts["lexicon"] == read_lexicon().version


@pytest.mark.parametrize("text", ["Claude", "I am a Gemini", "palm", "", "\n", "I am", "[…]"])
def test_a_name_without_its_sentence_says_nothing(text: str) -> None:
    assert shown(text) == (text, "Yes.")


@settings(max_examples=30)
@given(st.text(), st.text())
def test_whatever_is_said_both_sides_are_treated_alike(a: str, b: str) -> None:
    one = look({"a": a, "b": b}, Before(), Identity.MASK, read_lexicon())
    other = look({"a": b, "b": a}, Before(), Identity.MASK, read_lexicon())
    assert one.texts["a"] == other.texts["b"]
    assert one.texts["b"] == other.texts["a"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from([s.answer for s in sentences("seen")]), max_size=4))
def test_what_was_masked_tells_nothing_any_more(parts: list[str]) -> None:
    text, _ = shown("\n".join(parts))
    assert not look({"a": text}, Before(), Identity.FLAG, read_lexicon()).found["a"]


def test_many_names_in_a_long_answer_do_not_hold_the_window_up() -> None:
    """The search looks at the neighbourhood of each name, not at the whole answer for each."""
    looked = look({"a": "I'm ChatGPT. " * 1_000}, Before(), Identity.MASK, read_lexicon())
    assert looked.texts["a"] == f"I'm {MARK}. " * 1_000
