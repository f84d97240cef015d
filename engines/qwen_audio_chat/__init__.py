"""Qwen-Audio-Chat, through the code that its checkpoint brings."""
