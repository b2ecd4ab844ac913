"""A limit of processor time: what hangs fails by name, and a busy machine makes no difference."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

Within = Callable[[float], AbstractContextManager[None]]


class TooSlow(Exception):
    """The limit is used up."""


@pytest.fixture
def within() -> Within:
    """``with within(2):`` ends after two seconds of this process's own time."""

    @contextmanager
    def limited(seconds: float) -> Iterator[None]:
        def stop(*_: object) -> None:
            raise TooSlow(f"more than {seconds} s")

        before = signal.signal(signal.SIGVTALRM, stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)

    return limited
