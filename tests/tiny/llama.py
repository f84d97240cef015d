"""A tiny text model with a chat template: the folder of a Llama."""

from __future__ import annotations

from pathlib import Path

from tests.tiny.making import CHAT, seeded, seldom, spread, write_tokenizer

_END, _PAD, _START = "<|im_end|>", "<|endoftext|>", "<|im_start|>"


def build_llama(folder: Path) -> Path:
    """Fills and returns `folder`: 0.3 MB, context of 4096 tokens, one token a byte."""
    with seeded():
        import transformers as tf

        ids = write_tokenizer(folder, [_PAD, _START, _END], eos=_END, pad=_PAD, chat_template=CHAT)
        model = tf.LlamaForCausalLM(
            tf.LlamaConfig(
                vocab_size=len(ids),
                hidden_size=64,
                intermediate_size=96,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=4096,
                bos_token_id=ids[_PAD],
                eos_token_id=ids[_END],
                pad_token_id=ids[_PAD],
            )
        )
        spread(model)
        seldom(model, (ids[mark] for mark in (_PAD, _START, _END)))
        model.generation_config = tf.GenerationConfig(
            eos_token_id=[ids[_END], ids[_PAD]],
            pad_token_id=ids[_PAD],
            # Real folders recommend such things; what a system is compared with is ours to say.
            do_sample=True,
            temperature=0.6,
            repetition_penalty=1.05,
        )
        model.save_pretrained(folder)
    return folder
