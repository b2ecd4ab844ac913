"""What elements have from those above them: their kind, and the nearest of some marked ones."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels


def kinds(parents: array[int], own: NDArray[np.int64]) -> tuple[array[int], array[int]]:
    """(kind of each element, the first element of each kind). Elements are of a kind whose own numbers, and those of all above them, agree."""
    if kernels is None:
        return _kinds(parents, own.tolist())
    found, first = kernels.kinds(parents, own)
    return array("i", found), array("i", first)


def _kinds(parents: array[int], own: list[int]) -> tuple[array[int], array[int]]:
    numbers: dict[tuple[int, int], int] = {}
    found: list[int] = []
    first: list[int] = []
    for index, (parent, number) in enumerate(zip(parents, own, strict=True)):
        key = (found[parent] if index else -1, number)
        kind = numbers.get(key)
        if kind is None:
            kind = numbers[key] = len(first)
            first.append(index)
        found.append(kind)
    return array("i", found), array("i", first)


def elements_above(parents: array[int], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which elements are asked for, or stand above one that is; the document is."""
    found = _elements_above(parents, asked) if kernels is None else kernels.elements_above(parents, asked)
    return np.frombuffer(found, np.bool_)


def _elements_above(parents: array[int], asked: NDArray[np.int64]) -> bytearray:
    found = bytearray(len(parents))
    found[0] = 1
    for index in asked.tolist():
        while not found[index]:
            found[index] = 1
            index = parents[index]
    return found


def nearest(parents: array[int], marked: NDArray[np.bool_], body: int) -> tuple[NDArray[np.int32], array[int], array[int]]:
    """(of each element the marked one at or above it, the marked ones, of each of these the marked one above it); 0 for none.

    From the element `body` on (0 for none), what stands outside of it stands in it, as browsers move it there.
    """
    if kernels is None:
        plain, *others = _nearest(parents, marked.tolist(), body)
        return np.frombuffer(plain, np.int32), others[0], others[1]
    near, chosen, above = kernels.nearest(parents, marked, body)
    return np.frombuffer(near, np.int32), array("i", chosen), array("i", above)


def _nearest(parents: array[int], marked: list[bool], body: int) -> tuple[array[int], array[int], array[int]]:
    near = [0] * len(parents)
    chosen: list[int] = []
    above: list[int] = []
    for index in range(1, len(parents)):
        over = near[parents[index]]
        if marked[index]:
            chosen.append(index)
            above.append(over)
            over = index
        near[index] = over
        if index == body:
            near[0] = near[parents[index]] = index
    return array("i", near), array("i", chosen), array("i", above)
