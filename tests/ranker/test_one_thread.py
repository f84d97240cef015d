"""The same bits, however many threads numpy's matrix library would like to have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import hashlib, json
import numpy as np, ranker
rng = np.random.default_rng(3)
strength = rng.normal(0, 0.7, 100)
votes = []
for k in range(6000):
    a, b = rng.choice(100, 2, replace=False)
    wins = rng.random() < 1 / (1 + np.exp(strength[b] - strength[a]))
    votes.append({"model_a": f"s{a}", "model_b": f"s{b}", "participant": f"p{k % 97}",
                  "winner": "tie" if k % 9 == 0 else "model_a" if wins else "model_b"})
board = ranker.rank(votes, bootstraps=100)
said = json.dumps([[row.beta.hex(), row.low.hex(), row.se.hex()] for row in board.rows])
print(hashlib.sha256(said.encode()).hexdigest())
"""


def board_with(threads: int) -> str:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has no second thread")
def test_scores_of_a_hundred_systems_are_the_same_with_one_thread_and_with_two() -> None:
    assert board_with(1) == board_with(2)
