"""More families of large audio models, each as small as it gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tiny.making import CHAT, seeded, seldom, spread, write_json, write_tokenizer

_END, _PAD, _START = "<|im_end|>", "<|endoftext|>", "<|im_start|>"


def build_audio_flamingo3(folder: Path) -> Path:
    """Fills and returns `folder`: in no mapping of transformers that takes audio and text."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END, "<sound>"], eos=_END, pad=_PAD)
        tf.AudioFlamingo3Processor(
            feature_extractor=tf.WhisperFeatureExtractor(feature_size=128),
            tokenizer=tf.PreTrainedTokenizerFast.from_pretrained(folder),
            chat_template=CHAT.replace("AUDIO", "<sound>"),
        ).save_pretrained(folder)
        encoder = {"model_type": "audioflamingo3_encoder", **_small_encoder()}
        config = tf.AudioFlamingo3Config(
            audio_config=encoder,
            text_config={"model_type": "qwen2", **_small_text(ids)},
            audio_token_id=ids["<sound>"],
        )
        _save(tf.AudioFlamingo3ForConditionalGeneration(config), folder, ids)
    return folder


def build_glm_asr(folder: Path) -> Path:
    """Fills and returns `folder`: an audio model for transcripts; it answers as any other."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END, "<|pad|>"], eos=_END, pad=_PAD)
        tf.GlmAsrProcessor(
            feature_extractor=tf.WhisperFeatureExtractor(feature_size=128),
            tokenizer=tf.PreTrainedTokenizerFast.from_pretrained(folder),
            chat_template=CHAT.replace("AUDIO", "<|pad|>"),
        ).save_pretrained(folder)
        config = tf.GlmAsrConfig(
            audio_config={
                "model_type": "glmasr_encoder",
                "hidden_size": 32,
                "intermediate_size": 128,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
            },
            text_config={"model_type": "llama", **_small_text(ids)},
            audio_token_id=ids["<|pad|>"],
            tie_word_embeddings=False,
        )
        _save(tf.GlmAsrForConditionalGeneration(config), folder, ids)
    return folder


def build_qwen2_5_omni(folder: Path) -> Path:
    """Fills and returns `folder`: the thinker alone has weights, inside a whole Omni's names.

    Its processor reads pictures as well, and that needs torchvision.
    """
    with seeded():
        import transformers as tf
        from safetensors.torch import save_file

        marks = ["<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>", "<|IMAGE|>", "<|VIDEO|>"]
        ids = write_tokenizer(folder, [_PAD, _START, _END, *marks], eos=_END, pad=_PAD)
        thinker = {
            "audio_config": {
                "num_mel_bins": 128,
                "output_dim": 64,
                "n_window": 50,
                **_small_encoder(),
            },
            "text_config": {
                "model_type": "qwen2_5_omni_text",
                **_small_text(ids),
                "rope_parameters": {
                    "rope_type": "default",
                    "rope_theta": 10000.0,
                    "mrope_section": [2, 3, 3],
                },
            },
            "vision_config": {
                "depth": 1,
                "hidden_size": 32,
                "intermediate_size": 64,
                "num_heads": 2,
                "out_hidden_size": 64,
                "fullatt_block_indexes": [0],
            },
            "audio_token_id": ids["<|AUDIO|>"],
            "audio_token_index": ids["<|AUDIO|>"],
            "image_token_index": ids["<|IMAGE|>"],
            "video_token_index": ids["<|VIDEO|>"],
        }
        whole = tf.Qwen2_5OmniConfig(thinker_config=thinker, enable_audio_output=False)
        model = tf.Qwen2_5OmniThinkerForConditionalGeneration(whole.thinker_config)
        tensors = {f"thinker.{name}": t.contiguous() for name, t in model.state_dict().items()}
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        whole.architectures = ["Qwen2_5OmniForConditionalGeneration"]
        whole.save_pretrained(folder)
        write_json(
            folder / "preprocessor_config.json",
            {
                **tf.WhisperFeatureExtractor(feature_size=128).to_dict(),
                "image_processor_type": "Qwen2VLImageProcessor",
                "processor_class": "Qwen2_5OmniProcessor",
            },
        )
        (folder / "chat_template.jinja").write_text(CHAT.replace("AUDIO", "<|AUDIO|>"))
    return folder


def _small_encoder() -> dict[str, Any]:
    return {
        "num_mel_bins": 128,
        "d_model": 32,
        "hidden_size": 32,
        "intermediate_size": 128,
        "encoder_layers": 1,
        "num_hidden_layers": 1,
        "encoder_attention_heads": 2,
        "num_attention_heads": 2,
        "encoder_ffn_dim": 64,
    }


def _small_text(ids: dict[str, int]) -> dict[str, Any]:
    return {
        "vocab_size": len(ids),
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": False,
        "bos_token_id": ids[_PAD],
        "eos_token_id": ids[_END],
        "pad_token_id": ids[_PAD],
    }


def _save(model: Any, folder: Path, ids: dict[str, int]) -> None:
    import transformers as tf

    spread(model)
    seldom(model, (number for token, number in ids.items() if len(token) > 1))
    model.generation_config = tf.GenerationConfig(
        eos_token_id=[ids[_END], ids[_PAD]], pad_token_id=ids[_PAD]
    )
    model.save_pretrained(folder)
