"""What `generate` of transformers is asked, and its tokens as the text of an answer."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.api import Cancelled, Finished, FinishReason, Settings
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation, read_generation
from engines.token_stream import TokenStream
from engines.transformers.failures import told_as_engine_errors

_OURS = ("min_new_tokens", "instruction_order")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The generation settings of one answer."""

    generation: Generation
    min_new_tokens: int
    """The end mark is not taken before; 0 unless said. For measurements."""
    instruction_first: bool
    """`instruction_order`: whether the instruction stands `before` the sound or (unless said)
    `after` it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A prompt that a model can continue."""

    inputs: Mapping[str, Any]
    """What `generate` gets: token ids or embeddings, features, masks; batches of one."""
    prompt_tokens: int
    """Positions of the prompt, those of the sound included."""
    encode_ms: float
    seed: int


def read_wishes(settings: Settings) -> Wishes:
    """Raises EngineError (`internal`) for a setting that is unknown or out of its range."""
    generation = read_generation(settings, _OURS)
    least = settings.get("min_new_tokens", 0)
    order = settings.get("instruction_order", "after")
    whole = isinstance(least, int) and not isinstance(least, bool)
    if not whole or not 0 <= least <= generation.max_new_tokens:
        sentence = f"The setting 'min_new_tokens' cannot be {least!r}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    if order not in ("before", "after"):
        sentence = f"The setting 'instruction_order' cannot be {order!r}: before or after."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return Wishes(generation, least, order == "before")


def forget_recommendations(model: Any) -> None:
    """Keep of a folder's generation settings what belongs to its tokens and nothing else.

    Real folders recommend temperatures and penalties. What an answer was made with is what the
    study says, and is stored with it; a recommendation that leaked in would not be.
    """
    from transformers import GenerationConfig

    told = model.generation_config
    names = ("bos_token_id", "eos_token_id", "pad_token_id", "suppress_tokens")
    model.generation_config = GenerationConfig(
        **{name: getattr(told, name, None) for name in names}
    )


def answer(
    model: Any,
    tokenizer: Any,
    asking: Asking,
    wishes: Wishes,
    cancelled: Cancelled,
    never: list[int],
) -> Generator[str, None, Finished]:
    """Yield pieces of text; `never` are tokens that must not be written.

    Ends within one layer of the prompt, or one token, of `cancelled` or of being closed. Raises
    EngineError.
    """
    import torch

    hooks: list[Any] = []  # of the layers, as long as the prompt is read

    def unhook() -> None:
        while hooks:
            hooks.pop().remove()

    decode = tokenizer.decode
    stream = TokenStream(
        lambda ids: str(decode(list(ids), skip_special_tokens=True)), cancelled, prompt_read=unhook
    )
    options = _options(model, wishes, never)

    def generate() -> None:
        torch.manual_seed(asking.seed % 2**63)
        # Not a stopping criterion: transformers makes and joins tensors for each of them. And
        # asking each layer for each token would cost more than it is worth.
        hooks.extend(layer.register_forward_pre_hook(stream.go_on) for layer in _layers(model))
        try:
            with torch.inference_mode():  # belongs to the thread, not to the model
                model.generate(**asking.inputs, streamer=stream, **options)
        finally:
            unhook()

    stream.run(generate)
    try:
        with told_as_engine_errors("writing the answer"):
            yield from stream.pieces()
    finally:
        stream.join()
    return Finished(
        reason=_reason(model, stream.ids, cancelled(), wishes.generation.max_new_tokens),
        prompt_tokens=asking.prompt_tokens,
        answer_tokens=len(stream.ids),
        encode_ms=asking.encode_ms,
    )


def _layers(model: Any) -> Iterator[Any]:
    """Wherever a model goes through parts of one kind one after the other."""
    import torch

    for part in model.modules():
        if isinstance(part, torch.nn.ModuleList):
            yield from part


def _reason(model: Any, ids: list[int], cancelled: bool, limit: int) -> FinishReason:
    if cancelled:
        return FinishReason.CANCELLED
    ends = model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    at_limit = len(ids) >= limit and ids[-1] not in ends
    return FinishReason.LENGTH if at_limit else FinishReason.STOP


def _options(model: Any, wishes: Wishes, never: list[int]) -> dict[str, Any]:
    options = wishes.generation.as_transformers_says()
    unwanted = sorted({*never, *(model.generation_config.suppress_tokens or ())})
    if unwanted:
        options["suppress_tokens"] = unwanted
    if wishes.min_new_tokens:
        options["min_new_tokens"] = wishes.min_new_tokens
    return options
