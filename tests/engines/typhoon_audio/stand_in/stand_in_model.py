"""A STAND-IN for the code of Typhoon-1.5 audio, for Earshot's tests: not the published code.

It has the public surface that the model card and the study's code use: a model with its tokenizer
(`llama_tokenizer`) and `generate(audio, prompt, prompt_pattern, device, streamer, …)`, which puts
the sound where the pattern says `<SpeechHere>` and goes on from embeddings. It runs under
transformers 4.45 and 5.
"""

import numpy as np
import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM, PretrainedConfig, PreTrainedModel

BEGIN, END = 256, 257


class StandInConfig(PretrainedConfig):
    model_type = "typhoon_audio_stand_in"


class Bytes:
    eos_token_id = END

    def decode(self, ids, **_):
        return bytes(i for i in ids if i < 256).decode("utf-8", errors="replace")

    def convert_tokens_to_ids(self, token):
        return {"<|eot_id|>": END}.get(token)


class StandInModel(PreTrainedModel):
    config_class = StandInConfig

    def __init__(self, config):
        super().__init__(config)
        self.ears = nn.Linear(1, 32)
        self.llama_model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=258,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=2,
                bos_token_id=BEGIN,
                eos_token_id=END,
                pad_token_id=END,
            )
        )
        self.llama_tokenizer = Bytes()
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            module.weight.data.normal_(0.0, 0.5)

    def generate(
        self, audio, prompt, prompt_pattern, device="cuda:0", streamer=None, num_beams=4, **options
    ):
        before, after = prompt_pattern.format(prompt).split("<SpeechHere>")
        parts = np.array_split(audio, max(1, len(audio) // 1600))
        loudness = torch.tensor([[float(np.abs(part).mean())] for part in parts], device=device)
        table = self.llama_model.get_input_embeddings()
        texts = [torch.tensor(list(text.encode()), device=device) for text in (before, after)]
        heard = self.ears(loudness.to(self.ears.weight) * 100)
        embedded = torch.cat([table(texts[0]), heard, table(texts[1])])[None]
        made = self.llama_model.generate(
            inputs_embeds=embedded,
            attention_mask=torch.ones(embedded.shape[:2], device=device),
            streamer=streamer,
            num_beams=num_beams,
            **options,
        )
        return self.llama_tokenizer.decode(made[0].tolist())
