"""One BLAS thread for all that is computed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

Given = ParamSpec("Given")
Found = TypeVar("Found")


def on_one_thread(work: Callable[Given, Found]) -> Callable[Given, Found]:
    """``work`` with BLAS kept to one thread while it runs.

    Sums then come in the same order however many cores there are. The matrices are small: on a busy machine of two cores,
    threads that wait for each other made a derivation up to twice as slow.
    """

    @wraps(work)
    def alone(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        with threadpool_limits(limits=1, user_api="blas"):
            return work(*args, **kwargs)

    return alone
