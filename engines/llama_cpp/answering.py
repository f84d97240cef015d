"""From a prompt of tokens to an answer, token by token.

The package's own chat functions would do it, but hide the counts, keep a prompt's beginning from
one request to the next (which changes sums, and with them now and then a token), and cannot be
stopped while they read the prompt.
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engines.api import Cancelled, FinishReason
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation
from engines.pace import Pace

_ABORTED = "llama_decode returned 2"
_NO_ROOM = "llama_decode returned 1"
_NO_MEMORY = "llama_decode returned -2"
_SEEDS = 2**32 - 1
"""The last number of 32 bits is llama.cpp's word for "any seed"."""


class Interrupted(Exception):
    """Nobody waits any longer."""


def begin(llama: Any) -> None:
    """Forget whatever was said before."""
    from llama_cpp import llama_cpp

    llama.reset()
    # Which places hold what, not the places: to wipe those of 8,192 tokens took 40 ms.
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(llama.ctx), False)


def read_prompt(llama: Any, tokens: Sequence[int], cancelled: Cancelled) -> None:
    """Raises Interrupted, and EngineError (`internal`, `out_of_memory`)."""
    with abortable(llama, cancelled):
        try:
            llama.eval(list(tokens))
        except RuntimeError as error:
            raise _as_ours(error) from error


def require_room(llama: Any, prompt_tokens: int) -> None:
    """Raises EngineError (`internal`) where no token of an answer fits beside the prompt."""
    if prompt_tokens < llama.n_ctx():
        return
    sentence = (
        f"The prompt has {prompt_tokens} tokens and the context {llama.n_ctx()}: raise 'n_ctx' of "
        "the model, or shorten the conversation."
    )
    data = {"prompt_tokens": prompt_tokens, "n_ctx": llama.n_ctx()}
    raise EngineError(ErrorKind.INTERNAL, sentence, data)


def answer(
    llama: Any, generation: Generation, seed: int, cancelled: Cancelled
) -> Generator[str, None, tuple[FinishReason, int]]:
    """Yields text, at the pace of `engines.pace`; returns why it ended and how many tokens there
    were, the end mark not counted.

    A piece is empty where a token ends within a character; the first character waits for no pace.
    """
    most = min(generation.max_new_tokens, llama.n_ctx() - llama.n_tokens)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    ends = _ends(llama)
    count, reason, pace = 0, FinishReason.LENGTH, Pace()
    begun, fresh = False, list[int]()
    llama.set_seed(seed % _SEEDS)
    tokens = _tokens(llama, generation)
    try:
        while count < most:
            if cancelled():
                reason = FinishReason.CANCELLED
                break
            token = next(tokens)
            if ends(token):
                reason = FinishReason.STOP
                break
            count += 1
            fresh.append(token)
            if pace.due() or not begun:
                piece = decoder.decode(llama.detokenize(fresh))
                begun = begun or bool(piece)
                yield piece
                fresh.clear()
    except RuntimeError as error:
        raise _as_ours(error) from error
    finally:
        tokens.close()
    if rest := decoder.decode(llama.detokenize(fresh), final=True):
        yield rest
    return reason, count


def _tokens(llama: Any, generation: Generation) -> Any:
    # No tokens: the prompt has been read. Penalties look at the last 64 tokens.
    return llama.generate(
        [],
        reset=False,
        temp=generation.temperature,
        top_k=generation.top_k,
        top_p=generation.top_p,
        min_p=0.0,
        repeat_penalty=generation.repetition_penalty,
    )


def _ends(llama: Any) -> Any:
    from llama_cpp import llama_cpp

    vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
    return lambda token: llama_cpp.llama_vocab_is_eog(vocabulary, token)


@contextmanager
def abortable(llama: Any, cancelled: Cancelled) -> Iterator[None]:
    """llama.cpp asks before each step of a computation, on the CPU, whether to go on.

    Only for prompts: the questions of one token would cost more than cancelling it is worth.
    """
    from llama_cpp import llama_cpp

    ask = llama_cpp.ggml_abort_callback(lambda _: cancelled())
    llama_cpp.llama_set_abort_callback(llama.ctx, ask, None)
    try:
        yield
    finally:
        nobody = llama_cpp.ggml_abort_callback()
        llama_cpp.llama_set_abort_callback(llama.ctx, nobody, None)


def _as_ours(error: RuntimeError) -> Exception:
    if str(error) == _ABORTED:
        return Interrupted()
    if str(error) == _NO_ROOM:
        return EngineError(ErrorKind.INTERNAL, f"The context is full: raise 'n_ctx'. ({error})")
    kind = ErrorKind.OUT_OF_MEMORY if str(error) == _NO_MEMORY else ErrorKind.INTERNAL
    return EngineError(kind, f"llama.cpp could not go on: {error}")
