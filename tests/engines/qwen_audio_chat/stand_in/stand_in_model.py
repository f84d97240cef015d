"""A STAND-IN for the code of Qwen-Audio-Chat, written for Earshot's tests: not the published code.

It has the same public surface (`from_list_format`, `process_audio`, a module-level `load_audio`,
`chat(tokenizer, query, history, streamer=…, stopping_criteria=…)`, the flags bf16, fp16 and fp32),
prints to stdout while it loads, and answers with the bytes of a tiny random Llama. It runs under
transformers 4.32 and 5.
"""

import re

import numpy as np
import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM, PretrainedConfig, PreTrainedModel

IM_START, IM_END, EOD, AUDIO_START, AUDIO_END = range(256, 261)


class StandInConfig(PretrainedConfig):
    model_type = "qwen_audio_stand_in"

    def __init__(self, bf16=False, fp16=False, fp32=False, **kwargs):
        self.bf16, self.fp16, self.fp32 = bf16, fp16, fp32
        super().__init__(**kwargs)


class StandInForCausalLM(PreTrainedModel):
    config_class = StandInConfig

    def __init__(self, config):
        super().__init__(config)
        self.ears = nn.Linear(1, 256)
        self.language = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=261,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=2,
                max_position_embeddings=4096,
                bos_token_id=IM_START,
                eos_token_id=EOD,
                pad_token_id=EOD,
            )
        )
        if config.fp16:
            self.language.half()
        if config.bf16:
            self.language.bfloat16()
        self.generation_config = self.language.generation_config
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(0.0, 0.5)

    def chat(self, tokenizer, query, history, system="You are a helpful assistant.", **kwargs):
        turns = [("system", system)]
        for said, answered in history or []:
            turns += [("user", said), ("assistant", answered)]
        ids = []
        for role, text in [*turns, ("user", query)]:
            heard = tokenizer.process_audio(text)
            ids += [IM_START, *tokenizer.encode(f"{role}\n{text}", heard, self.ears), IM_END]
        ids += [IM_START, *b"assistant\n"]
        prompt = torch.tensor([ids]).to(self.device)
        made = self.language.generate(prompt, attention_mask=torch.ones_like(prompt), **kwargs)
        response = tokenizer.decode(made[0][len(ids) :].tolist())
        return response, [*(history or []), (query, response)]


class StandInTokenizer:
    audio_start_tag, audio_end_tag = "<audio>", "</audio>"
    audio_pad_tag = "[[[AUDIO:modality]]]"
    im_start_id, im_end_id, eod_id = IM_START, IM_END, EOD

    @classmethod
    def from_pretrained(cls, *_, **__):
        print("stand-in: it prints to stdout, as the published tokenizer does")  # noqa: T201
        return cls()

    @classmethod
    def register_for_auto_class(cls, *_):
        pass

    def from_list_format(self, parts):
        text = ""
        for part in parts:
            text += part["text"] if "text" in part else f"Audio 1:<audio>{part['audio']}</audio>\n"
        return text

    def process_audio(self, text):
        names = re.findall("<audio>(.*?)</audio>", text)
        return [load_audio(name) for name in names]

    def encode(self, text, heard, ears):
        pieces = re.split("<audio>.*?</audio>", text)
        ids = list(pieces[0].encode())
        for samples, piece in zip(heard, pieces[1:], strict=True):
            ids += [AUDIO_START, *_sounds(samples, ears), AUDIO_END, *piece.encode()]
        return ids

    def decode(self, ids, **_):
        return bytes(i for i in ids if i < 256).decode("utf-8", errors="replace")


def load_audio(name):
    raise RuntimeError(f"stand-in: ffmpeg would be started for {name!r}")


def _sounds(samples, ears):
    """A number below 256 for each tenth of a second."""
    parts = np.array_split(samples, max(1, len(samples) // 1600))
    loudness = torch.tensor([[float(np.abs(part).mean())] for part in parts])
    return ears(loudness.to(ears.weight)).argmax(dim=1).tolist()
