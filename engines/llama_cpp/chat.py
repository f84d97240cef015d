"""The prompt as text: the chat template that the GGUF carries, filled with what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.api import Prompt
from engines.errors import EngineError, ErrorKind

Message = dict[str, str]


class Chat:
    """Raises EngineError (`internal`) for a model that has no chat template."""

    def __init__(self, llama: Any) -> None:
        from llama_cpp import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = llama.metadata.get("tokenizer.chat_template")
        if not template:
            sentence = "This GGUF has no chat template: it is no model that was made to answer."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        bos = _token_text(vocabulary, llama.token_bos())
        self._adds_bos = bool(llama_cpp.llama_vocab_get_add_bos(vocabulary))
        self._bos = bos
        eos = _token_text(vocabulary, llama.token_eos())
        self._render = Jinja2ChatFormatter(template, eos_token=eos, bos_token=bos)

    def text(self, prompt: Prompt, asked: str) -> str:
        """Everything up to where the answer begins; `asked` is the text of the last turn.

        Without the mark of the beginning where tokenising adds it: twice, it makes answers worse.
        Raises EngineError (`internal`) where the template refuses the conversation.
        """
        text = self._filled(messages(prompt, asked))
        return text.removeprefix(self._bos) if self._adds_bos and self._bos else text

    def _filled(self, conversation: list[Message]) -> str:
        import jinja2

        refused: Exception | None = None
        system = conversation[0]["content"] if conversation[0]["role"] == "system" else ""
        for form in (conversation, without_system(conversation)):
            try:
                text = str(self._render(messages=form).prompt)
            except (ValueError, jinja2.TemplateError) as error:  # ValueError: its raise_exception
                refused = error
                continue
            if system.strip() in text:  # some templates drop the system turn without a word
                return text
        sentence = f"The model's chat template refuses this conversation: {refused}"
        raise EngineError(ErrorKind.INTERNAL, sentence) from refused


def messages(prompt: Prompt, asked: str) -> list[Message]:
    conversation = []
    if prompt.system_prompt:
        conversation.append({"role": "system", "content": prompt.system_prompt})
    for turn in prompt.history:
        conversation.append({"role": "user", "content": turn.said})
        conversation.append({"role": "assistant", "content": turn.answered})
    return [*conversation, {"role": "user", "content": asked}]


def without_system(conversation: Sequence[Message]) -> list[Message]:
    """Some families have no system turn: what it says goes before the first thing that was said."""
    if conversation[0]["role"] != "system":
        return list(conversation)
    system, first, *rest = conversation
    return [{"role": "user", "content": f"{system['content']}\n\n{first['content']}"}, *rest]


def _token_text(vocabulary: Any, token: int) -> str:
    from llama_cpp import llama_cpp

    if token < 0:  # the model has no such token
        return ""
    return str(llama_cpp.llama_vocab_get_text(vocabulary, token).decode("utf-8", "replace"))
