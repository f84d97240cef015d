"""A text model's library by itself, without any of our code: what a worker is compared with.

    alone_child.py transformers FOLDER    each line of stdin, {"text", "tokens"}, is answered with
    alone_child.py llama_cpp FILE         one on stdout: {"wall_s", "first_s", "said", "threads"}

Greedy, `tokens` long. `first_s` is when the first token was there, as the library hands it over;
both count from before the prompt is made.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Told = dict[str, Any]


class Stamp:
    """transformers calls `put` with the prompt, then with each token."""

    def __init__(self) -> None:
        self.puts = 0
        self.first_s = 0.0

    def put(self, _tokens: object) -> None:
        self.puts += 1
        if self.puts == 2:
            self.first_s = time.perf_counter()

    def end(self) -> None:
        pass


def transformers(folder: str) -> Callable[[str, int], Told]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto").eval()

    def answer(text: str, tokens: int) -> Told:
        began_s, stamp = time.perf_counter(), Stamp()
        chat = [{"role": "user", "content": text}]
        inputs = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )
        with torch.inference_mode():
            ids = model.generate(**inputs, streamer=stamp, max_new_tokens=tokens, do_sample=False)
        said = tokenizer.decode(ids[0, inputs["input_ids"].shape[-1] :], skip_special_tokens=True)
        wall_s = time.perf_counter() - began_s
        threads = torch.get_num_threads()
        return {
            "wall_s": wall_s,
            "first_s": stamp.first_s - began_s,
            "said": said,
            "threads": threads,
        }

    return answer


def llama_cpp(file: str) -> Callable[[str, int], Told]:
    from llama_cpp import Llama
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    threads = int(os.environ["OMP_NUM_THREADS"])
    llama = Llama(file, n_ctx=8192, n_threads=threads, n_threads_batch=threads, verbose=False)
    template = llama.metadata["tokenizer.chat_template"]
    # The mark of the beginning comes with the tokens.
    chat = Jinja2ChatFormatter(template, eos_token="", bos_token="")

    def answer(text: str, tokens: int) -> Told:
        # Not the package's chat function, which reads all of the answer again for every token.
        began_s, first_s, said = time.perf_counter(), 0.0, b""
        prompt = chat(messages=[{"role": "user", "content": text}]).prompt
        llama.reset()
        generated = llama.generate(
            llama.tokenize(prompt.encode(), add_bos=True, special=True),
            temp=0.0,
            top_k=0,
            top_p=1.0,
            min_p=0.0,
            repeat_penalty=1.0,
        )
        for token in itertools.islice(generated, tokens):
            said += llama.detokenize([token])
            first_s = first_s or time.perf_counter() - began_s
        wall_s = time.perf_counter() - began_s
        return {"wall_s": wall_s, "first_s": first_s, "said": said.decode(), "threads": threads}

    return answer


def main(library: str, path: str) -> None:
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # libraries print
    answer = {"transformers": transformers, "llama_cpp": llama_cpp}[library](path)
    out.write("ready\n")
    for line in sys.stdin:
        wish = json.loads(line)
        out.write(json.dumps(answer(wish["text"], wish["tokens"])) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
