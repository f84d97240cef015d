"""Typhoon-1.5 audio, through the code that its checkpoint brings."""
