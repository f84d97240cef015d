"""How tiny checkpoints are made: random weights of a fixed seed, a tokenizer written on the spot.

They have the files and the classes of real ones and say nonsense: they show that code runs, which
shapes it meets and when it stops, and nothing of how well a model answers.
"""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SEED = 20261101

CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'audio' %}AUDIO{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""A chat template that takes texts and lists of parts; AUDIO stands for a family's own mark."""


@contextlib.contextmanager
def seeded(seed: int = SEED) -> Iterator[None]:
    """Draw the same weights every time, and leave the caller's generator as it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the libraries say of themselves is not our test
        import torch
        from transformers.utils import logging

        logging.disable_progress_bar()  # its thread would outlive the test
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield


def write_tokenizer(
    folder: Path,
    specials: list[str],
    *,
    eos: str,
    pad: str,
    bos: str | None = None,
    chat_template: str | None = None,
    **more: Any,
) -> dict[str, int]:
    """Write a tokenizer with one token for each byte; returns token → id."""
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE

    folder.mkdir(parents=True, exist_ok=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in specials])
    tokenizer.save(str(folder / "tokenizer.json"))
    configuration = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": eos,
        "pad_token": pad,
        "model_max_length": 8192,
        **({"bos_token": bos} if bos else {}),
        **more,
    }
    write_json(folder / "tokenizer_config.json", configuration)
    if chat_template:
        (folder / "chat_template.jinja").write_text(chat_template)
    return dict(tokenizer.get_vocab(with_added_tokens=True))


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1), "utf-8")


def spread(model: Any, factor: float = 10.0) -> None:
    """Make a fresh model decided, and its answer depend on all of its prompt.

    Fresh weights are so small that layers add next to nothing: every token would be as likely as
    any other, and only the last token of the prompt would count.
    """
    import torch

    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(factor)


def seldom(model: Any, tokens: Iterable[int]) -> None:
    """Make a model write some of its tokens hardly ever, such as the mark that ends an answer."""
    import torch

    with torch.no_grad():
        model.get_output_embeddings().weight[list(tokens)] *= 0.05
