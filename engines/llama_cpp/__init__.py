"""llama.cpp: text models and audio language models in GGUF files."""
