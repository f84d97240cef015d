"""OpenAI's own Whisper: the recogniser of the paper's pipeline."""
