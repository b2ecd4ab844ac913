"""A property that is computed once, without a lock.

functools.cached_property of Python 3.11 takes a lock that all instances of a class share. A process forked while another thread holds it would
wait for ever, and threads wait for each other over different pages. Two threads may compute the same value here; both are right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

Value = TypeVar("Value")

if TYPE_CHECKING:
    from functools import cached_property as cached_property
else:

    class cached_property(Generic[Value]):  # noqa: N801 - named and used like the one of functools
        """Use as functools.cached_property, on classes with a ``__dict__``, frozen dataclasses included."""

        def __init__(self, compute: Callable[[Any], Value]) -> None:
            self.compute = compute
            self.__doc__ = compute.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            # Found in the instance's own __dict__ from now on: a descriptor without __set__ gives way to it.
            value = instance.__dict__[self.name] = self.compute(instance)
            return value
