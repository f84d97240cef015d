"""A tiny DiVA: three folders in the layout of the published one (`whisper`, `llama`, `diva`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tiny.making import SEED, seeded, seldom, spread, write_json, write_tokenizer

WIDTH, TEXT_WIDTH, QUERIES = 32, 64, 16

_MARKS = [
    *("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>"),
    *("<|eot_id|>", "<|pad|>"),
]
# The shape of Llama 3's: the prompt with a text depends on where its lines end.
_CHAT = (
    "{{ '<|begin_of_text|>' }}{% for m in messages %}"
    "<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n{{ m['content'] | trim }}<|eot_id|>"
    "{% endfor %}{% if add_generation_prompt %}"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)


def build_diva(folder: Path) -> Path:
    """Fills `folder` and returns `folder/diva`; encoder and text model lie beside it."""
    with seeded():
        import transformers as tf

        sizes = {
            "vocab_size": 300,
            "num_mel_bins": 80,
            "d_model": WIDTH,
            "encoder_layers": 1,
            "decoder_layers": 2,
            "encoder_attention_heads": 2,
            "decoder_attention_heads": 2,
            "encoder_ffn_dim": 64,
            "decoder_ffn_dim": 64,
            "max_target_positions": QUERIES,
            "pad_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "decoder_start_token_id": 1,
        }
        whisper = tf.WhisperModel(tf.WhisperConfig(**sizes))
        spread(whisper)
        whisper.save_pretrained(folder / "whisper")
        tf.WhisperFeatureExtractor(feature_size=80).save_pretrained(folder / "whisper")
        _save_llama(folder / "llama")
        # As after training: the connector began as Whisper's decoder and is it no more.
        connector = tf.WhisperModel(tf.WhisperConfig(**sizes)).decoder
        spread(connector)
        _save_delta(folder / "diva", connector)
    return folder / "diva"


def _save_llama(folder: Path) -> None:
    import transformers as tf

    ids = write_tokenizer(
        folder, _MARKS, eos="<|eot_id|>", pad="<|pad|>", bos="<|begin_of_text|>",
        chat_template=_CHAT,
    )  # fmt: skip
    config = tf.LlamaConfig(
        vocab_size=len(ids),
        hidden_size=TEXT_WIDTH,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        bos_token_id=ids["<|begin_of_text|>"],
        eos_token_id=ids["<|eot_id|>"],
        pad_token_id=ids["<|pad|>"],
    )
    model = tf.LlamaForCausalLM(config)
    spread(model)
    seldom(model, (ids[mark] for mark in _MARKS))
    model.save_pretrained(folder)


def _save_delta(folder: Path, connector: Any) -> None:
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    drawn = torch.Generator().manual_seed(SEED + 7)
    tensors = {f"connector.{n}": t.contiguous() for n, t in connector.state_dict().items()}
    tensors["query_tokens"] = torch.randn(QUERIES, WIDTH, generator=drawn)
    # Stored as [in, out], unlike a linear layer of torch.
    tensors["projection.weight"] = torch.randn(WIDTH, TEXT_WIDTH, generator=drawn) * 0.2
    tensors["projection.bias"] = torch.randn(TEXT_WIDTH, generator=drawn) * 0.1
    # The published file has gigabytes that DiVA does not need; whoever reads this one is wrong.
    tensors["encoder.unused.weight"] = torch.full((4,), torch.nan)
    save_file(tensors, folder / "model.safetensors")
    config = {
        "model_type": "diva",
        "architectures": ["DiVAModel"],
        "reference_encoder": "openai/whisper-large-v3",
        "reference_decoder": "meta-llama/Meta-Llama-3-8B-Instruct",
        "auto_map": {"AutoModel": "modeling_diva.DiVAModel"},
    }
    write_json(folder / "config.json", config)
