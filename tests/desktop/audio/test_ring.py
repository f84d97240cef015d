"""The ring gives back what was put in, and drops rather than overwrites."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop.audio.ring import Ring

RATE_HZ = 1_000
CAPACITY_MS = 100


def put(ring: Ring, samples: np.ndarray) -> None:
    block = np.repeat(samples.astype(np.int16)[:, None], ring.channels, axis=1)
    block[:, 1:] = -7  # what the other channels hold must not come out
    ring.callback(block.tobytes(), len(samples), None, None)


@given(st.integers(1, 3), st.lists(st.integers(1, 60), max_size=40))
def test_what_goes_in_comes_out_in_order(channels: int, blocks: list[int]) -> None:
    ring = Ring(RATE_HZ, channels, CAPACITY_MS)
    sent = 0
    for length in blocks:
        put(ring, np.arange(sent, sent + length))
        sent += length
        assert ring.read(ring.free_below, ring.frames).tolist() == list(
            range(ring.free_below, ring.frames)
        )
        ring.free_below = ring.frames
    assert ring.frames == sent
    assert [frames for _, frames in ring.stamps(0, ring.blocks)] == np.cumsum(blocks).tolist()


def test_a_reader_that_falls_behind_loses_the_newest_block() -> None:
    ring = Ring(RATE_HZ, 1, CAPACITY_MS)
    for start in (0, 60, 120):
        put(ring, np.arange(start, start + 60))
    assert (ring.frames, ring.blocks, ring.calls) == (60, 1, 3)
    assert ring.read(0, 60).tolist() == list(range(60))
    ring.free_below = 60
    put(ring, np.arange(60))
    assert ring.frames == 120


def test_flags_of_the_sound_system_are_counted() -> None:
    ring = Ring(RATE_HZ, 1, CAPACITY_MS)
    ring.callback(bytes(20), 10, None, "input overflow")
    assert ring.status_flags == 1


def test_two_threads_do_not_disturb_each_other() -> None:
    ring = Ring(RATE_HZ, 1, CAPACITY_MS)
    total, received = 4_000, []

    def produce() -> None:
        sent = 0
        while sent < total:
            before = ring.frames
            put(ring, np.arange(sent, sent + 7))
            sent += ring.frames - before

    producer = threading.Thread(target=produce)
    producer.start()
    while len(received) < total:
        head = ring.frames
        received += ring.read(ring.free_below, head).tolist()
        ring.free_below = head
    producer.join()
    assert received[:total] == (np.arange(total) & 0xFFFF).astype(np.int16).tolist()
