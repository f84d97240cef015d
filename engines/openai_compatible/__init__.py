"""Whatever speaks like OpenAI: OpenAI, vLLM, SGLang, llama.cpp's server, `transformers serve`."""
