"""A tiny Voxtral: its tokenizer and chat template are mistral-common's, in a `tekken.json`."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.tiny.making import seeded, seldom, spread, write_json

# Their places in the list are their ids, as in the published file.
_SPECIAL = [
    *("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
    *("[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]"),
    *("[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"),
    *("[TOOL_CONTENT]", "[ARGS]", "[CALL_ID]", "<SPECIAL_22>", "<SPECIAL_23>", "[AUDIO]"),
    *("[BEGIN_AUDIO]", *(f"<SPECIAL_{n}>" for n in range(26, 31)), "[TRANSCRIBE]"),
]


def build_voxtral(folder: Path) -> Path:
    """Fills and returns `folder`: 0.5 MB, one token a byte, no system prompt beside audio."""
    with seeded():
        import transformers as tf

        folder.mkdir(parents=True)
        vocabulary = 256 + len(_SPECIAL)
        write_json(folder / "tekken.json", _tekken(vocabulary))
        extractor = tf.WhisperFeatureExtractor(feature_size=128).to_dict()
        write_json(
            folder / "preprocessor_config.json",
            {**extractor, "processor_class": "VoxtralProcessor"},
        )
        model = tf.VoxtralForConditionalGeneration(
            tf.VoxtralConfig(
                audio_config={
                    "model_type": "voxtral_encoder",
                    "hidden_size": 32,
                    "intermediate_size": 128,
                    "num_hidden_layers": 1,
                    "num_attention_heads": 2,
                    "num_mel_bins": 128,
                },
                text_config={
                    "model_type": "llama",
                    "vocab_size": vocabulary,
                    "hidden_size": 64,
                    "intermediate_size": 96,
                    "num_hidden_layers": 2,
                    "num_attention_heads": 4,
                    "num_key_value_heads": 2,
                    "head_dim": 16,
                    "bos_token_id": 1,
                    "eos_token_id": 2,
                    "pad_token_id": 11,
                },
                audio_token_id=_SPECIAL.index("[AUDIO]"),
            )
        )
        spread(model)
        seldom(model, range(len(_SPECIAL)))
        model.generation_config = tf.GenerationConfig(
            bos_token_id=1, eos_token_id=2, pad_token_id=11
        )
        model.save_pretrained(folder)
    return folder


def _tekken(vocabulary: int) -> dict[str, object]:
    return {
        "config": {
            "pattern": r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+",
            "num_vocab_tokens": 256,
            "default_vocab_size": vocabulary,
            "default_num_special_tokens": len(_SPECIAL),
            "version": "v7",
        },
        "vocab": [
            {"rank": n, "token_bytes": base64.b64encode(bytes([n])).decode(), "token_str": None}
            for n in range(256)
        ],
        "special_tokens": [
            {"rank": n, "token_str": mark, "is_control": True} for n, mark in enumerate(_SPECIAL)
        ],
        "audio": {
            "sampling_rate": 16000,
            "frame_rate": 12.5,
            "chunk_length_s": 30.0,
            "audio_encoding_config": {"num_mel_bins": 128, "hop_length": 160, "window_size": 400},
        },
    }
