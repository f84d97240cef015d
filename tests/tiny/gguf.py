"""Tiny GGUF files with random weights: a Llama, and a projector of the Ultravox kind that hears.

Which names and sizes a file must have is llama.cpp's business (its `gguf-py/gguf/constants.py`,
`tools/mtmd/clip-impl.h`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WIDTH = 64
CONTEXT = 4096
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n"
    "{{ m['content'] }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
_SEED = 20_260_101
_SPECIALS = ("<|bos|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
_MELS, _EAR_WIDTH, _EAR_INNER, _FRAMES, _HIDDEN = 80, 32, 64, 1500, 64
_PATCH = 16


@dataclass(frozen=True, slots=True)
class Size:
    """Of a Llama."""

    width: int = WIDTH
    inner: int = 128
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2


TINY = Size()


def build_gguf(
    folder: Path,
    *,
    name: str = "tiny.gguf",
    template: str = TEMPLATE,
    context: int = CONTEXT,
    favoured: bytes = b"abcdefghijklmnopqrstuvwxyz ",
    size: Size = TINY,
) -> Path:
    """The path of a Llama of 0.5 MB unless a `size` is said, the same one every time.

    It answers in the `favoured` bytes, one a token, and rarely ends its answer by itself.
    """
    import gguf

    path = folder / name
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny random llama")
    writer.add_context_length(context)
    writer.add_embedding_length(size.width)
    writer.add_block_count(size.layers)
    writer.add_feed_forward_length(size.inner)
    writer.add_head_count(size.heads)
    writer.add_head_count_kv(size.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(size.width // size.heads)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    tokens = _add_tokenizer(writer)
    if template:
        writer.add_chat_template(template)
    weights = _Weights(writer, _SEED)
    weights.random("token_embd.weight", tokens, size.width)
    weights.random("output.weight", tokens, size.width, favoured=[*favoured])
    weights.ones("output_norm.weight", size.width)
    width, inner = size.width, size.inner
    kv_width = width // size.heads * size.kv_heads
    for layer in range(size.layers):
        block = f"blk.{layer}."
        weights.ones(f"{block}attn_norm.weight", width)
        weights.ones(f"{block}ffn_norm.weight", width)
        weights.random(f"{block}attn_q.weight", width, width)
        weights.random(f"{block}attn_k.weight", kv_width, width)
        weights.random(f"{block}attn_v.weight", kv_width, width)
        weights.random(f"{block}attn_output.weight", width, width)
        weights.random(f"{block}ffn_gate.weight", inner, width)
        weights.random(f"{block}ffn_up.weight", inner, width)
        weights.random(f"{block}ffn_down.weight", width, inner)
    return _finish(writer, path)


def build_mmproj(
    folder: Path, *, name: str = "mmproj-tiny.gguf", stack: int = 4, width: int = WIDTH
) -> Path:
    """The path of a projector that turns sound into what the Llama above reads; with another
    `width` into what that one does not.

    `stack` frames become one. With 8, which does not divide the 1500 frames of 30 s, llama.cpp
    counts one token too few for widths that are powers of two, and aborts the whole process.
    """
    import gguf

    path = folder / name
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type("mmproj")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_bool("clip.has_audio_encoder", True)
    writer.add_bool("clip.has_vision_encoder", False)
    writer.add_string("clip.projector_type", "ultravox")
    sizes = {
        "embedding_length": _EAR_WIDTH,
        "feed_forward_length": _EAR_INNER,
        "block_count": 1,
        "projection_dim": width,
        "attention.head_count": 2,
        "num_mel_bins": _MELS,
        "projector.stack_factor": stack,
    }
    for key, value in sizes.items():
        writer.add_uint32(f"clip.audio.{key}", value)
    writer.add_float32("clip.audio.attention.layer_norm_epsilon", 1e-5)
    weights = _Weights(writer, _SEED + 1)
    _add_encoder(weights)
    weights.ones("mm.a.norm_pre.weight", _EAR_WIDTH * stack)
    weights.random("mm.a.mlp.1.weight", 2 * _HIDDEN, _EAR_WIDTH * stack)
    weights.ones("mm.a.norm_mid.weight", _HIDDEN)
    weights.random("mm.a.mlp.2.weight", width, _HIDDEN)
    return _finish(writer, path)


def build_eyes(folder: Path, *, name: str = "mmproj-eyes.gguf") -> Path:
    """The path of a projector of the LLaVA kind: it sees, and cannot hear."""
    import gguf

    path = folder / name
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type("mmproj")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_bool("clip.has_audio_encoder", False)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "mlp")
    sizes = {
        "image_size": 2 * _PATCH,
        "patch_size": _PATCH,
        "embedding_length": _EAR_WIDTH,
        "feed_forward_length": _EAR_INNER,
        "block_count": 1,
        "projection_dim": WIDTH,
        "attention.head_count": 2,
    }
    for key, value in sizes.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for key in ("image_mean", "image_std"):
        writer.add_array(f"clip.vision.{key}", [0.5, 0.5, 0.5])
    weights = _Weights(writer, _SEED + 2)
    weights.random("v.patch_embd.weight", _EAR_WIDTH, 3, _PATCH, _PATCH)
    weights.random("v.position_embd.weight", 4, _EAR_WIDTH)
    _add_block(weights, "v")
    for layer, shape in {"mm.0": (WIDTH, _EAR_WIDTH), "mm.2": (WIDTH, WIDTH)}.items():
        weights.random(f"{layer}.weight", *shape)
        weights.zeros(f"{layer}.bias", shape[0])
    return _finish(writer, path)


class _Weights:
    """Adds tensors to a file."""

    def __init__(self, writer: Any, seed: int) -> None:
        import numpy as np

        self._writer = writer
        self._random = np.random.default_rng(seed)

    def random(
        self, name: str, *shape: int, half: bool = False, favoured: Sequence[int] = ()
    ) -> None:
        """Rows that are `favoured` are ten times as large as the others."""
        values = self._random.standard_normal(shape) * 0.3
        if favoured:
            others = [row for row in range(shape[0]) if row not in favoured]
            values[others] *= 0.1
        self._writer.add_tensor(name, values.astype("float16" if half else "float32"))

    def ones(self, name: str, *shape: int) -> None:
        import numpy as np

        self._writer.add_tensor(name, np.ones(shape, "float32"))

    def zeros(self, name: str, *shape: int) -> None:
        import numpy as np

        self._writer.add_tensor(name, np.zeros(shape, "float32"))

    def norm(self, name: str, width: int) -> None:
        self.ones(f"{name}.weight", width)
        self.zeros(f"{name}.bias", width)


def _add_tokenizer(writer: Any) -> int:
    """One token a byte, and the one merge that llama.cpp insists on. The number of tokens."""
    import gguf

    plain = [*_byte_letters(), "th"]
    tokens = [*plain, *_SPECIALS]
    kinds = [gguf.TokenType.NORMAL] * len(plain) + [gguf.TokenType.CONTROL] * len(_SPECIALS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(tokens.index("<|bos|>"))
    writer.add_eos_token_id(tokens.index("<|eot_id|>"))
    writer.add_add_bos_token(True)
    writer.add_vocab_size(len(tokens))
    return len(tokens)


def _byte_letters() -> Sequence[str]:
    """A visible character for each byte, as GPT-2's tokeniser writes them."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(0x100) if byte not in shown]
    letters = {byte: chr(byte) for byte in shown}
    letters |= {byte: chr(0x100 + place) for place, byte in enumerate(hidden)}
    return [letters[byte] for byte in range(0x100)]


def _add_encoder(weights: _Weights) -> None:
    weights.random("a.conv1d.1.weight", _EAR_WIDTH, _MELS, 3, half=True)
    weights.zeros("a.conv1d.1.bias", _EAR_WIDTH, 1)
    weights.random("a.conv1d.2.weight", _EAR_WIDTH, _EAR_WIDTH, 3, half=True)
    weights.zeros("a.conv1d.2.bias", _EAR_WIDTH, 1)
    weights.random("a.position_embd.weight", _FRAMES, _EAR_WIDTH)
    _add_block(weights, "a")


def _add_block(weights: _Weights, what: str) -> None:
    """The one layer of an encoder: `a` of sound, `v` of pictures."""
    weights.norm(f"{what}.post_ln", _EAR_WIDTH)
    block = f"{what}.blk.0."
    for part in ("ln1", "ln2"):
        weights.norm(block + part, _EAR_WIDTH)
    for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
        weights.random(f"{block}{part}.weight", _EAR_WIDTH, _EAR_WIDTH)
        if part != "attn_k":
            weights.zeros(f"{block}{part}.bias", _EAR_WIDTH)
    for part, shape in {"up": (_EAR_INNER, _EAR_WIDTH), "down": (_EAR_WIDTH, _EAR_INNER)}.items():
        weights.random(f"{block}ffn_{part}.weight", *shape)
        weights.zeros(f"{block}ffn_{part}.bias", shape[0])


def _finish(writer: Any, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
