"""The text that a model continues, and how reading it ends when nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.api import Prompt, Turn
from engines.errors import EngineError
from engines.generation import Generation
from engines.llama_cpp.answering import Interrupted, answer, begin, read_prompt
from engines.llama_cpp.chat import Chat, without_system
from engines.llama_cpp.loading import load_llama
from engines.llama_cpp.table import read_table
from tests.tiny.gguf import TEMPLATE, build_gguf

pytestmark = pytest.mark.local

REFUSES = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
DROPS = "{% if messages[0].role == 'system' %}{% set messages = messages[1:] %}{% endif %}"


@pytest.fixture
def open_llama(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    opened: list[Any] = []

    def make(**options: Any) -> Any:
        path = build_gguf(tmp_path, **options)
        opened.append(load_llama(read_table({"path": str(path), "device": "cpu"})))
        return opened[-1]

    yield make
    for llama in opened:
        llama.close()


def _turn(role: str, text: str) -> str:
    return f"<|start_header_id|>{role}<|end_header_id|>\n\n{text}"


def test_a_conversation_is_written_as_the_model_was_taught(open_llama: Callable[..., Any]) -> None:
    prompt = Prompt(system_prompt="be kind", history=(Turn("a", "b"),), text="what now")
    text = Chat(open_llama()).text(prompt, prompt.text)
    turns = [("system", "be kind"), ("user", "a"), ("assistant", "b"), ("user", "what now")]
    said = "".join(f"{_turn(*turn)}<|eot_id|>" for turn in turns)
    assert text == said + _turn("assistant", "")


def test_the_mark_of_the_beginning_is_there_once(open_llama: Callable[..., Any]) -> None:
    for template in (TEMPLATE, TEMPLATE.removeprefix("{{ bos_token }}")):
        llama = open_llama(template=template)
        text = Chat(llama).text(Prompt(), "hello")
        tokens = llama.tokenize(text.encode(), add_bos=True, special=True)
        assert tokens[0] == llama.token_bos()
        assert tokens.count(llama.token_bos()) == 1


@pytest.mark.parametrize("without_system_turn", [REFUSES, DROPS])
def test_a_family_without_a_system_turn_is_told_in_the_first_one(
    open_llama: Callable[..., Any], without_system_turn: str
) -> None:
    chat = Chat(open_llama(template=without_system_turn + TEMPLATE))
    text = chat.text(Prompt(system_prompt="be kind"), "hello")
    assert text == _turn("user", "be kind\n\nhello<|eot_id|>") + _turn("assistant", "")


def test_a_conversation_without_a_system_turn_stays_as_it_is() -> None:
    conversation = [{"role": "user", "content": "hello"}]
    assert without_system(conversation) == conversation


def test_a_template_cannot_reach_out_of_itself(open_llama: Callable[..., Any]) -> None:
    out = "{{ messages.__class__.__mro__[1].__subclasses__() }}"
    with pytest.raises(EngineError, match="chat template"):
        Chat(open_llama(template=out)).text(Prompt(), "hello")


def test_reading_a_prompt_ends_within_it_when_nobody_waits(open_llama: Callable[..., Any]) -> None:
    llama = open_llama()
    asked = 0

    def after_ten_steps() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    tokens = llama.tokenize(b"hello", add_bos=True, special=True)
    whole = _answered(llama, tokens)
    begin(llama)
    with pytest.raises(Interrupted):
        read_prompt(llama, tokens, after_ten_steps)
    assert asked == 11  # of some dozens in the one step that reads five tokens
    assert _answered(llama, tokens) == whole


def _answered(llama: Any, tokens: list[int]) -> str:
    begin(llama)
    read_prompt(llama, tokens, lambda: False)
    return "".join(answer(llama, Generation(max_new_tokens=8), 0, lambda: False))
