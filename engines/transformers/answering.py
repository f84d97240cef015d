"""`generate` in a thread of its own, read token by token; it ends when its reader does.

generate ──tokens──► Pieces ──text──► queue ──► the worker's main flow
    ▲ is ended from inside, between layers while it reads the prompt and then between tokens

Text is handed on at the pace of `engines.pace`: the other thread, once woken, takes Python's one
lock from `generate`.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.api import Cancelled, Finished, FinishReason, Settings
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation, read_generation
from engines.pace import Pace
from engines.transformers.failures import as_engine_error
from engines.transformers.pieces import Pieces

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

    Ends within one token of `cancelled` or of being closed. Raises EngineError.
    """
    running = _Running(model, Pieces(tokenizer), cancelled)
    options = _options(model, wishes, never)
    thread = threading.Thread(
        target=running.run, args=(asking, options), name="generate", daemon=True
    )
    thread.start()
    try:
        while (item := running.queue.get()) is not None:
            if isinstance(item, BaseException):
                raise as_engine_error(item, "writing the answer") or item
            if item:
                yield item
    finally:
        running.closed.set()
        thread.join()
    return Finished(
        reason=running.reason(cancelled(), wishes.generation.max_new_tokens),
        prompt_tokens=asking.prompt_tokens,
        answer_tokens=running.count,
        encode_ms=asking.encode_ms,
    )


class _NobodyWaits(Exception):
    """Ends `generate`. Never leaves its thread."""


class _Running:
    """One call of `generate`; transformers calls `put` and `end` of it."""

    def __init__(self, model: Any, pieces: Pieces, cancelled: Cancelled) -> None:
        self.queue: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self.closed = threading.Event()
        self.count = 0
        self._model = model
        self._pieces = pieces
        self._cancelled = cancelled
        self._prompt_is_to_come = True
        self._last_token = -1
        self._fresh: list[int] = []  # tokens that were not handed on yet
        self._pace = Pace()
        self._hooks: list[Any] = []  # of the layers, as long as the prompt is read

    def run(self, asking: Asking, options: dict[str, Any]) -> None:
        import torch

        try:
            torch.manual_seed(asking.seed % 2**63)
            self._hooks = [layer.register_forward_pre_hook(self._go_on) for layer in self._layers()]
            # The mode belongs to the thread, not to the model.
            with torch.inference_mode(), contextlib.suppress(_NobodyWaits):
                self._model.generate(**asking.inputs, streamer=self, **options)
        except BaseException as error:  # noqa: BLE001 - the reader raises it, whatever it is
            self.queue.put(error)
        finally:
            self._unhook()
            self.queue.put(None)  # or the reader would wait for ever

    def put(self, tokens: Any) -> None:
        # Not a stopping criterion: transformers makes and joins tensors for each of them.
        self._go_on()
        if self._prompt_is_to_come:  # transformers hands over the prompt first
            self._prompt_is_to_come = False
            return
        self._unhook()  # asking each layer for each token would cost more than it is worth
        self._fresh += tokens.reshape(-1).tolist()
        if self._pace.due():
            self._tell()

    def end(self) -> None:
        self._tell()
        self.queue.put(self._pieces.end())

    def _go_on(self, *_: object) -> None:
        if self.closed.is_set() or self._cancelled():
            raise _NobodyWaits

    def _layers(self) -> Iterator[Any]:
        """Wherever a model goes through parts of one kind one after the other."""
        import torch

        for part in self._model.modules():
            if isinstance(part, torch.nn.ModuleList):
                yield from part

    def _unhook(self) -> None:
        while self._hooks:
            self._hooks.pop().remove()

    def _tell(self) -> None:
        if self._fresh:
            self.count += len(self._fresh)
            self._last_token = self._fresh[-1]
            self.queue.put(self._pieces.add(self._fresh))
            self._fresh = []

    def reason(self, cancelled: bool, limit: int) -> FinishReason:
        if cancelled:
            return FinishReason.CANCELLED
        ends = self._model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        at_limit = self.count >= limit and self._last_token not in ends
        return FinishReason.LENGTH if at_limit else FinishReason.STOP


def _options(model: Any, wishes: Wishes, never: list[int]) -> dict[str, Any]:
    wanted = wishes.generation
    unwanted = sorted({*never, *(model.generation_config.suppress_tokens or ())})
    options: dict[str, Any] = {
        "max_new_tokens": wanted.max_new_tokens,
        "do_sample": wanted.samples,
        "repetition_penalty": wanted.repetition_penalty,
    }
    if unwanted:
        options["suppress_tokens"] = unwanted
    if wishes.min_new_tokens:
        options["min_new_tokens"] = wishes.min_new_tokens
    if wanted.samples:
        options |= {
            "temperature": wanted.temperature,
            "top_p": wanted.top_p,
            "top_k": wanted.top_k,
        }
    return options
