"""A table of what was met on a site's pages that cannot grow without end: what is on the fewest pages goes first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, Protocol, TypeVar

from detector.report.site.evidence import MOST_EXAMPLES

Key = TypeVar("Key", bound=Hashable)


class Counted:
    """Something on many pages. pages: how many; examples: the first of them by name."""

    def __init__(self) -> None:
        self.pages = 0
        self.examples: list[str] = []

    def count(self, name: str) -> None:
        """One more page, of this name."""
        self.pages += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(name)


class _HasPages(Protocol):
    pages: int


Value = TypeVar("Value", bound=_HasPages)


class Bounded(Generic[Key, Value]):
    """Values by key, at most so many; when full, the half that is on the fewest pages is dropped, the oldest of equals first."""

    def __init__(self, most: int, make: Callable[[], Value]) -> None:
        self._most, self._make = most, make
        self._values: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        """The value of a key, made where there is none."""
        value = self._values.get(key)
        if value is None:
            if len(self._values) >= self._most:
                for least in sorted(self._values, key=lambda known: self._values[known].pages)[: self._most // 2]:
                    del self._values[least]
            value = self._values[key] = self._make()
        return value

    def items(self) -> Iterator[tuple[Key, Value]]:
        """By pages, most first."""
        return iter(sorted(self._values.items(), key=lambda item: -item[1].pages))

    def values(self) -> Iterator[Value]:
        """By pages, most first."""
        return (value for _, value in self.items())
