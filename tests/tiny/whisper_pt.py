"""A tiny Whisper checkpoint in openai-whisper's own format, with random weights.

A random Whisper is sure of nothing and writes nothing but time marks. These weights therefore
favour a handful of English words: the real decoder, with all of its rules, then writes a text.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

WORDS = " what time is it now please tell me"
VOCABULARY = 51_865
"""Of the multilingual models up to large-v2."""
_WIDTH = 16
_SEED = 20_260_101


def build_whisper_pt(
    folder: Path,
    *,
    name: str = "tiny.pt",
    hears_nobody: bool = False,
    width: int = _WIDTH,
    layers: int = 1,
    tokens: int = 32,
) -> Path:
    """The path of a `.pt` file of 3.5 MB, the same one every time.

    With `hears_nobody` the model is sure of `<|nospeech|>` and unsure of its words, whatever it
    hears. It writes `tokens` of a window. Another `width` and more `layers` make it larger.
    """
    import torch
    from whisper import ModelDimensions, Whisper

    heads = max(2, width // 64)
    dims = ModelDimensions(
        n_mels=80,
        n_audio_ctx=1500,
        n_audio_state=width,
        n_audio_head=heads,
        n_audio_layer=layers,
        n_vocab=VOCABULARY,
        n_text_ctx=2 * tokens,  # the decoder stops after half of it
        n_text_state=width,
        n_text_head=heads,
        n_text_layer=layers,
    )
    model = Whisper(dims)
    generator = torch.Generator().manual_seed(_SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3, generator=generator)
        _favour(model, hears_nobody)
    path = folder / name
    torch.save({"dims": vars(dims), "model_state_dict": model.state_dict()}, path)
    return path


def _favour(model: Any, hears_nobody: bool) -> None:
    """What the decoder says is compared with the rows of `token_embedding`: its bias decides."""
    from whisper.tokenizer import get_tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Whisper leaves its tables open
        tokenizer = get_tokenizer(multilingual=True, num_languages=99)
    words = tokenizer.encode(WORDS)
    decoder = model.decoder
    decoder.ln.bias.fill_(1.0)
    rows = decoder.token_embedding.weight
    rows.mul_(0.1)
    noise = rows[words] * 10 / 3
    rows[words] = 1.0 + noise * (0.0 if hears_nobody else 1.0)
    if hears_nobody:
        rows[tokenizer.no_speech] = 2.0
