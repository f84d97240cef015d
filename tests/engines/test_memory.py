"""How much memory a model is said to need, and what is said where that is not free."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.memory import (
    GIB,
    UNKNOWN_KV_BYTES,
    estimate_bytes,
    free_memory_bytes,
    in_gb,
    kv_bytes_per_token,
    not_enough,
)

KIB = 1024
LLAMA_3_8B = {
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
}
QWEN_7B = LLAMA_3_8B | {"num_key_value_heads": 32}
ENCODER = {"num_hidden_layers": 99, "hidden_size": 99, "num_attention_heads": 9}


@pytest.mark.parametrize(
    ("config", "kib"),
    [
        (LLAMA_3_8B, 128),
        ({"text_config": QWEN_7B, "audio_config": ENCODER}, 512),
        ({"audio_config": ENCODER, "thinker_config": {"text_config": LLAMA_3_8B}}, 128),
        ({"talker_config": ENCODER, "text_config": LLAMA_3_8B}, 128),
        (LLAMA_3_8B | {"head_dim": 256}, 256),
        ({"decoder_layers": 4, "d_model": 512, "decoder_attention_heads": 8}, 8),
    ],
)
def test_keys_and_values_of_a_token(config: dict[str, Any], kib: int) -> None:
    assert kv_bytes_per_token(config) == kib * KIB


@pytest.mark.parametrize("config", [{}, {"text_config": {"num_hidden_layers": 32}}, {"n": [1]}])
def test_a_configuration_that_does_not_say_counts_as_the_worst(config: dict[str, Any]) -> None:
    assert kv_bytes_per_token(config) == UNKNOWN_KV_BYTES


def test_weights_cache_a_tenth_and_a_gibibyte() -> None:
    assert estimate_bytes(16_100_000_000, 128 * KIB, 2048) == pytest.approx(
        1.1 * (16.1e9 + 128 * KIB * 2048) + GIB, rel=1e-9
    )
    assert estimate_bytes(0, 0) == GIB


def test_says_both_numbers_and_what_to_do() -> None:
    told = not_enough(19_200_000_000, 11_000_000_000, "cuda")
    assert told.startswith("It needs 19.2 GB, and 11.0 GB are free on cuda. ")
    assert "dtype" in told
    assert not_enough(19_200_000_000, 19_200_000_000, "cpu") == ""
    assert not_enough(19_200_000_000, None, "mps") == ""
    assert in_gb(0) == "0.0 GB"


def test_free_memory_is_what_the_kernel_says(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  24 kB\nMemFree:   3 kB\nMemAvailable:  17 kB\n")
    assert free_memory_bytes(meminfo) == 17 * KIB
    meminfo.write_text("nothing")
    assert free_memory_bytes(meminfo) is None
    assert free_memory_bytes(tmp_path / "missing") is None
