"""What the recogniser may hear is what the skills know, in words that it can spell."""

import itertools
import re
from pathlib import Path

import pytest
from pocketsphinx import get_model_path

from engines.pocketsphinx.grammar import read_grammar
from engines.pocketsphinx.language_model import GRAMMAR, write_skill_model
from engines.skills.capitals import read_capitals
from engines.skills.units import by_name
from tests.helpers.covered import generates, is_covered
from tests.helpers.hearing import in_domain, in_domain_later, out_of_domain


def dictionary() -> set[str]:
    """Every word whose sound PocketSphinx knows."""
    lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8")
    return {re.sub(r"\(\d+\)$", "", line.split()[0]) for line in lines.splitlines()}


def test_every_word_is_in_the_dictionary() -> None:
    assert read_grammar(GRAMMAR).words() - dictionary() == set()


def test_every_written_down_sentence_can_be_spelt() -> None:
    sentences = [
        *in_domain(held_out=True),
        *in_domain(held_out=False),
        *in_domain_later(),
        *out_of_domain(held_out=True),
        *out_of_domain(held_out=False),
    ]
    assert {word for s in sentences for word in s.text.split()} - dictionary() == set()


def test_there_are_as_many_sentences_as_were_promised() -> None:
    assert len(in_domain(held_out=True)) >= 60
    assert sum(not is_covered(sentence.text) for sentence in in_domain_later()) >= 60
    assert len(out_of_domain(held_out=True)) >= 80


def test_every_country_can_be_heard_and_every_one_heard_is_known() -> None:
    rule = re.search(r"<country> = (.*?);", GRAMMAR.read_text(encoding="utf-8"), re.DOTALL)
    assert rule is not None
    heard = {" ".join(name.split()).removeprefix("the ") for name in rule[1].split("|")}
    assert heard == set(read_capitals())


def test_every_unit_can_be_heard() -> None:
    heard = " ".join(read_grammar(GRAMMAR).sentences(20_000, seed=4))
    units = {unit: unit.spoken for unit in by_name().values()}
    assert [u.many for u, names in units.items() if not any(name in heard for name in names)] == []


def test_every_rule_is_used() -> None:
    text = GRAMMAR.read_text(encoding="utf-8")
    defined = re.findall(r"^(?:public )?<(\w+)> =", text, re.MULTILINE)
    assert [rule for rule in defined if text.count(f"<{rule}>") < 2] == ["utterance"]


def test_same_seed_same_sentences() -> None:
    grammar = read_grammar(GRAMMAR)
    assert list(grammar.sentences(50, seed=2)) == list(grammar.sentences(50, seed=2))
    assert list(grammar.sentences(50, seed=2)) != list(grammar.sentences(50, seed=3))


def test_the_language_model_is_the_same_every_time_and_knows_every_word(tmp_path: Path) -> None:
    first, second = tmp_path / "first.arpa", tmp_path / "second.arpa"
    write_skill_model(first)
    write_skill_model(second)
    assert first.read_bytes() == second.read_bytes()
    unigrams = first.read_text().partition("\\1-grams:")[2].partition("\\2-grams:")[0]
    words = {line.split()[1] for line in unigrams.strip().splitlines()}
    assert words == read_grammar(GRAMMAR).words() | {"<s>", "</s>"}


def written(tmp_path: Path, rules: str) -> Path:
    path = tmp_path / "small.jsgf"
    path.write_text(f"#JSGF V1.0;\ngrammar small;\n{rules}", encoding="utf-8")
    return path


def test_alternatives_groups_and_options(tmp_path: Path) -> None:
    rules = """
        // a comment; with a semicolon
        public <all> = [please] (go | come) <where> ;
        <where> = here | over there ;
    """
    said = set(read_grammar(written(tmp_path, rules)).sentences(400))
    parts = itertools.product(["please ", ""], ["go", "come"], ["here", "over there"])
    assert said == {f"{polite}{verb} {where}" for polite, verb, where in parts}


def test_what_a_grammar_says_is_covered_and_nothing_else(tmp_path: Path) -> None:
    rules = """
        public <all> = [please] (go | come) <where> | stay [<where>] ;
        <where> = here | over there ;
    """
    grammar = read_grammar(written(tmp_path, rules))
    assert all(generates(grammar, said) for said in grammar.sentences(200))
    for unsaid in (
        "",
        "go",
        "please stay here",
        "go here there",
        "come over",
        "please go here now",
    ):
        assert not generates(grammar, unsaid)


def test_what_the_model_is_trained_on_is_covered() -> None:
    assert all(is_covered(said) for said in read_grammar(GRAMMAR).sentences(300, seed=5))


def test_weights_are_relative(tmp_path: Path) -> None:
    path = written(tmp_path, "public <all> = /3/ often | /1/ seldom ;")
    said = list(read_grammar(path).sentences(4000))
    assert 0.72 < said.count("often") / len(said) < 0.78


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ("public <all> = go <where> ;", "lacks the rule where"),
        ("<all> = go ;", "marked public"),
        ("public <all> = [go ;", "'\\]' is missing"),
        ("public <all> = go ] ;", "unexpected '\\]'"),
        ("public <all> = go + ;", "unexpected '\\+'"),
        ("public <all> = go ; <all> = come ;", "twice"),
        ("public <all> = go ; come here ;", "no rule"),
    ],
)
def test_what_is_not_our_part_of_jsgf_is_refused(
    tmp_path: Path, rules: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_grammar(written(tmp_path, rules))


def test_what_is_no_grammar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.jsgf"
    path.write_text("hello")
    with pytest.raises(ValueError, match="does not begin"):
        read_grammar(path)
