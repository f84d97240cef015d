"""A tiny recogniser: the folder of a Whisper. A second one is sure that nobody ever speaks."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from tests.tiny.making import seeded, seldom, spread, write_tokenizer

_END = "<|endoftext|>"
_LANGUAGES = ["<|en|>", "<|de|>", "<|fr|>"]
_TASKS = ["<|translate|>", "<|transcribe|>"]
_MARKS = ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
_SPECIALS = [_END, "<|startoftranscript|>", *_LANGUAGES, *_TASKS, *_MARKS]
_TIMES = [f"<|{hundredths / 50:.2f}|>" for hundredths in range(1501)]
LONGEST_TEXT = 64
"""Tokens of one window of 30 s, those of the prompt included."""


def build_whisper(folder: Path) -> Path:
    """Fills and returns `folder`: 0.5 MB, multilingual, writes letters and spaces only."""
    with seeded():
        model = _whisper(folder)
        spread(model)
        seldom(model, range(len(model.model.decoder.embed_tokens.weight))[-len(_TIMES) :])
        model.save_pretrained(folder)
    return folder


def build_deaf_whisper(folder: Path) -> Path:
    """Fills and returns `folder`: is certain that nobody speaks, and of no word it then writes."""
    with seeded():
        import torch

        model = _whisper(folder)
        silence = model.generation_config.no_timestamps_token_id - 1
        with torch.no_grad():
            # The last layer says the same of everything, and what it says is "no speech".
            model.model.decoder.layer_norm.weight.zero_()
            model.model.decoder.layer_norm.bias.zero_()[0] = 10.0
            model.model.decoder.embed_tokens.weight[silence, 0] = 10.0
            # What it writes all the same are letters, as if it had heard some.
            model.model.decoder.embed_tokens.weight[-len(_TIMES) :, 0] = -1.0
        model.save_pretrained(folder)
    return folder


def _whisper(folder: Path) -> Any:
    import transformers as tf

    ids = write_tokenizer(
        folder,
        [*_SPECIALS, *_TIMES],
        eos=_END,
        pad=_END,
        bos=_END,
        tokenizer_class="WhisperTokenizer",
        unk_token=_END,
    )
    tf.WhisperFeatureExtractor(feature_size=80).save_pretrained(folder)
    start = ids["<|startoftranscript|>"]
    model = tf.WhisperForConditionalGeneration(
        tf.WhisperConfig(
            vocab_size=len(ids),
            num_mel_bins=80,
            d_model=32,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=64,
            decoder_ffn_dim=64,
            max_target_positions=LONGEST_TEXT,
            pad_token_id=ids[_END],
            bos_token_id=ids[_END],
            eos_token_id=ids[_END],
            decoder_start_token_id=start,
        )
    )
    letters = {ids[c] for c in string.ascii_letters} | {ids["Ġ"]}
    bytes_unwanted = [i for token, i in ids.items() if len(token) == 1 and i not in letters]
    model.generation_config = tf.GenerationConfig(
        decoder_start_token_id=start,
        bos_token_id=ids[_END],
        eos_token_id=ids[_END],
        pad_token_id=ids[_END],
        max_length=LONGEST_TEXT,
        suppress_tokens=sorted(bytes_unwanted + [ids[s] for s in _SPECIALS[1:]]),
        begin_suppress_tokens=[ids["Ġ"], ids[_END]],
        is_multilingual=True,
        lang_to_id={language: ids[language] for language in _LANGUAGES},
        task_to_id={task.strip("<|>"): ids[task] for task in _TASKS},
        no_timestamps_token_id=ids["<|notimestamps|>"],
        prev_sot_token_id=ids["<|startofprev|>"],
        max_initial_timestamp_index=50,
        return_timestamps=False,
    )
    return model
