"""Model folders of real shapes and any size, with random weights made on a device.

They are as slow as real ones of their size and say nonsense: letters, one a token, without an end,
so that an answer is as long as it was asked to be.

    random_models.py MODEL FOLDER DEVICE DTYPE    one of `MODELS`, in a process of its own; tells
                                                  {"parameters", "device", "torch"} on stdout
"""

from __future__ import annotations

import json
import os
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tiny.making import CHAT, seeded, write_tokenizer

_END, _PAD, _START = "<|im_end|>", "<|endoftext|>", "<|im_start|>"
_AUDIO = ["<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"]
CONTEXT = 32_768
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Size:
    """Of a decoder."""

    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int


@dataclass(frozen=True, slots=True)
class Ears:
    """Of an audio encoder of the Whisper kind."""

    hidden: int
    inner: int
    layers: int
    heads: int


TINY = Size(64, 96, 2, 4, 2, 320)
TINY_EARS = Ears(32, 64, 1, 2)
HUNDRED_MILLION = Size(768, 2048, 12, 12, 12, 32_000)
"""134 million parameters in a Llama."""
WHISPER_BASE_EARS = Ears(512, 2048, 6, 8)
LLAMA_3_8B = Size(4096, 14_336, 32, 32, 8, 128_256)
"""Of Meta-Llama-3-8B's config.json."""
QWEN2_AUDIO_7B = Size(4096, 11_008, 32, 32, 32, 156_032)
"""Of Qwen2-Audio-7B's config.json, as are its ears."""
QWEN2_AUDIO_EARS = Ears(1280, 5120, 32, 20)

Build = Callable[[Path, str, str], int]


def make(model: str, folder: Path, device: str = "cpu", dtype: str = "float32") -> dict[str, Any]:
    """Have one of `MODELS` made: by a child, so that its memory is free again."""
    command = [sys.executable, "-m", "tests.performance.random_models", model, str(folder)]
    done = subprocess.run(
        [*command, device, dtype], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def build_llama(folder: Path, size: Size, device: str, dtype: str) -> int:
    """Fills `folder`; the number of parameters."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END], eos=_END, pad=_PAD, chat_template=CHAT)
        config = tf.LlamaConfig(
            **_decoder(size), bos_token_id=ids[_PAD], eos_token_id=ids[_END], pad_token_id=ids[_PAD]
        )
        return _make(tf.LlamaForCausalLM, config, ids, folder, device, dtype)


def build_qwen2_audio(folder: Path, size: Size, ears: Ears, device: str, dtype: str) -> int:
    """Fills `folder`; the number of parameters."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END, *_AUDIO], eos=_END, pad=_PAD)
        tf.Qwen2AudioProcessor(
            feature_extractor=tf.WhisperFeatureExtractor(feature_size=128),
            tokenizer=tf.PreTrainedTokenizerFast.from_pretrained(folder),
            chat_template=CHAT.replace("AUDIO", "<|audio_bos|><|AUDIO|><|audio_eos|>"),
        ).save_pretrained(folder)
        config = tf.Qwen2AudioConfig(
            audio_config={
                "model_type": "qwen2_audio_encoder",
                "num_mel_bins": 128,
                "d_model": ears.hidden,
                "encoder_layers": ears.layers,
                "encoder_attention_heads": ears.heads,
                "encoder_ffn_dim": ears.inner,
            },
            text_config={
                "model_type": "qwen2",
                **_decoder(size),
                "bos_token_id": ids[_PAD],
                "eos_token_id": ids[_END],
            },
            audio_token_index=ids["<|AUDIO|>"],
            pad_token_id=ids[_PAD],
        )
        model_class = tf.Qwen2AudioForConditionalGeneration
        return _make(model_class, config, ids, folder, device, dtype)


def _decoder(size: Size) -> dict[str, Any]:
    return {
        "vocab_size": size.vocabulary,
        "hidden_size": size.hidden,
        "intermediate_size": size.inner,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": size.kv_heads,
        "max_position_embeddings": CONTEXT,
        "tie_word_embeddings": False,
    }


def _make(
    model_class: Any, config: Any, ids: dict[str, int], folder: Path, device: str, dtype: str
) -> int:
    import torch

    torch.set_default_dtype(getattr(torch, dtype))
    try:
        with torch.device(device):
            model = model_class(config)
    finally:
        torch.set_default_dtype(torch.float32)
    _letters_only(model, ids)
    model.generation_config.eos_token_id = [ids[_END], ids[_PAD]]
    model.generation_config.pad_token_id = ids[_PAD]
    model.save_pretrained(folder, max_shard_size="4GB")
    return int(sum(weight.numel() for weight in model.parameters()))


def _letters_only(model: Any, ids: dict[str, int]) -> None:
    """Every other token is exactly as likely as a coin: one of the letters is always likelier."""
    import torch

    letters = [ids[letter] for letter in (*string.ascii_letters, "Ġ")]
    rows = model.get_output_embeddings().weight
    with torch.no_grad():
        kept = rows[letters].clone()
        rows.zero_()
        rows[letters] = kept


def _llama(size: Size) -> Build:
    return lambda folder, device, dtype: build_llama(folder, size, device, dtype)


def _qwen2_audio(size: Size, ears: Ears) -> Build:
    return lambda folder, device, dtype: build_qwen2_audio(folder, size, ears, device, dtype)


MODELS: dict[str, Build] = {
    "llama-tiny": _llama(TINY),
    "llama-134m": _llama(HUNDRED_MILLION),
    "llama-3-8b": _llama(LLAMA_3_8B),
    "qwen2-audio-tiny": _qwen2_audio(TINY, TINY_EARS),
    "qwen2-audio-150m": _qwen2_audio(HUNDRED_MILLION, WHISPER_BASE_EARS),
    "qwen2-audio-7b": _qwen2_audio(QWEN2_AUDIO_7B, QWEN2_AUDIO_EARS),
}


def main(model: str, folder: str, device: str, dtype: str) -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print
    parameters = MODELS[model](Path(folder), device, dtype)
    import torch

    name = torch.cuda.get_device_name(device) if device.startswith("cuda") else device
    out.write(json.dumps({"parameters": parameters, "device": name, "torch": torch.__version__}))
    out.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
