"""How much memory a model will take, counted from its files, and how much this machine has free.

    weights + KV cache for a prompt and its answer, a tenth for what is computed meanwhile, 1 GiB

Nothing here imports a model library: a probe must answer before anything heavy is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GIB = 2**30
PROMPT_TOKENS = 1536
"""A minute of sound and a few earlier turns, in most families."""
NEW_TOKENS = 512
UNKNOWN_KV_BYTES = 512 * 1024
"""Per token, where a configuration does not say: the most that an 8B model was found to need."""

_NOT_THE_TEXT = re.compile("audio|vision|image|video|talker|token2wav|speech")


def estimate_bytes(
    weights_bytes: int, kv_bytes_per_token: int, tokens: int = PROMPT_TOKENS + NEW_TOKENS
) -> int:
    """Memory of a loaded model while it answers, in bytes."""
    return int((weights_bytes + kv_bytes_per_token * tokens) * 1.1) + GIB


def kv_bytes_per_token(config: Mapping[str, Any], bytes_per_number: float = 2) -> int:
    """Keys and values that one token leaves in the cache, by a transformers `config.json`.

    The text part of a nested configuration is what counts. `UNKNOWN_KV_BYTES` where it does not
    give its sizes: older configurations left out what equals a default.
    """
    text = _text_part(config)
    layers = text.get("num_hidden_layers", text.get("decoder_layers"))
    heads = text.get("num_attention_heads", text.get("decoder_attention_heads"))
    width = text.get("hidden_size", text.get("d_model"))
    if not all(isinstance(size, int) and size > 0 for size in (layers, heads, width)):
        return UNKNOWN_KV_BYTES
    assert isinstance(layers, int)
    assert isinstance(heads, int)
    assert isinstance(width, int)
    kv_heads = text.get("num_key_value_heads") or heads
    head_width = text.get("head_dim") or width // heads
    return int(2 * layers * kv_heads * head_width * bytes_per_number)


def not_enough(needed_bytes: int, free_bytes: int | None, device: str) -> str:
    """What to tell the researcher; empty when it fits or when nobody knows what is free."""
    if free_bytes is None or needed_bytes <= free_bytes:
        return ""
    where = "" if device == "cpu" else f" on {device}"
    return (
        f"It needs {in_gb(needed_bytes)}, and {in_gb(free_bytes)} are free{where}. Close what else "
        "runs there, load it in fewer bits (dtype), or choose a smaller system."
    )


def in_gb(size_bytes: int) -> str:
    """Decimal gigabytes, as disks and cards are sold: `19.2 GB`."""
    return f"{size_bytes / 1e9:.1f} GB"


def free_memory_bytes(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Main memory that could be used without swapping; None where the system does not say."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def _text_part(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first level, breadth first, that has layers and is no part for sound or pictures."""
    level = [config]
    while level:
        for part in level:
            if "num_hidden_layers" in part or "decoder_layers" in part:
                return part
        level = [
            below
            for part in level
            for name, below in part.items()
            if isinstance(below, Mapping) and not _NOT_THE_TEXT.search(name)
        ]
    return {}
