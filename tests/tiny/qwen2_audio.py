"""A tiny large audio model: the folder of a Qwen2-Audio."""

from __future__ import annotations

from pathlib import Path

from tests.tiny.making import CHAT, seeded, seldom, spread, write_tokenizer

_END, _PAD, _START = "<|im_end|>", "<|endoftext|>", "<|im_start|>"
_AUDIO = ["<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"]


def build_qwen2_audio(folder: Path) -> Path:
    """Fills and returns `folder`: 0.6 MB, hears 30 s at most, one token a byte."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END, *_AUDIO], eos=_END, pad=_PAD)
        processor = tf.Qwen2AudioProcessor(
            feature_extractor=tf.WhisperFeatureExtractor(feature_size=128),
            tokenizer=tf.PreTrainedTokenizerFast.from_pretrained(folder),
            chat_template=CHAT.replace("AUDIO", "<|audio_bos|><|AUDIO|><|audio_eos|>"),
        )
        processor.save_pretrained(folder)
        model = tf.Qwen2AudioForConditionalGeneration(
            tf.Qwen2AudioConfig(
                audio_config={
                    "model_type": "qwen2_audio_encoder",
                    "num_mel_bins": 128,
                    "d_model": 32,
                    "encoder_layers": 1,
                    "encoder_attention_heads": 2,
                    "encoder_ffn_dim": 64,
                },
                text_config={
                    "model_type": "qwen2",
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
                },
                audio_token_index=ids["<|AUDIO|>"],
                pad_token_id=ids[_PAD],
            )
        )
        spread(model)
        seldom(model, (ids[mark] for mark in (_PAD, _START, _END, *_AUDIO)))
        model.generation_config = tf.GenerationConfig(
            eos_token_id=[ids[_END], ids[_PAD]], pad_token_id=ids[_PAD]
        )
        model.save_pretrained(folder)
    return folder
