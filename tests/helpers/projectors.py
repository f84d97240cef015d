"""The beginnings of projectors: as much as a program reads to know what they project."""

OF_SOUND = b"GGUF\3\0\0\0clip.has_audio_encoder\7\0\0\0\1"
