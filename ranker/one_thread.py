"""Sums of floats that come out the same however many cores a machine has.

The library that numpy multiplies matrices with shares a product among threads, and where it is cut
decides in which order numbers are added. One thread adds them in one order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

P = ParamSpec("P")
R = TypeVar("R")


def on_one_thread(work: Callable[P, R]) -> Callable[P, R]:
    """`work`, in which numpy's matrix library has one thread; threads of our own are not meant."""

    @wraps(work)
    def alone(*args: P.args, **more: P.kwargs) -> R:
        with threadpool_limits(limits=1, user_api="blas"):
            return work(*args, **more)

    return alone
