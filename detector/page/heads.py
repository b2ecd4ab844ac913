"""What start tags say that matters for hiding, read in one pass: classes, ids, styles, and a few attributes that hide or paint."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detector.native import kernels
from detector.page.markup import Markup, codes_of, each_attribute

# Attributes that an element has, with a value that is not empty. HIDDEN: ``hidden`` or ``popover``, with or without one.
STYLE: Final = 1
HIDDEN: Final = 2
ARIA_HIDDEN: Final = 4
BGCOLOR: Final = 8
BACKGROUND: Final = 16

_FLAGS: Final = {"style": STYLE, "aria-hidden": ARIA_HIDDEN, "bgcolor": BGCOLOR, "background": BACKGROUND}
_READ: Final = frozenset({"class", "id", *_FLAGS})
_WORDS: Final = ("class", "id", "style", "hidden", "popover", "bgcolor", "background")
_BEFORE: Final = frozenset("\"'/")
_AFTER: Final = frozenset("/>=")
_MAX_KEPT: Final = 200  # characters of a start tag that is kept for the next one like it
_MAX_KNOWN: Final = 5_000


@dataclass(frozen=True, slots=True)
class Heads:
    """Of each element: flags; the number of its name in `names`, and of its classes in `classes`, where 0 is none.

    ids, styles: of the elements that have one, with entities resolved.
    """

    flags: NDArray[np.uint8]
    name: NDArray[np.int32]
    names: list[str]
    class_number: NDArray[np.int32]
    classes: list[tuple[str, ...]]
    ids: dict[int, str]
    styles: dict[int, str]


def read_heads(source: str, markup: Markup, codes: NDArray[np.uint32] | None = None) -> Heads:
    """The heads of all elements. codes: `codes_of` the source, where at hand."""
    if kernels is None:
        return _read_heads(source, markup)
    flags, name, names, class_number, classes, ids, styles = kernels.heads(
        codes_of(source) if codes is None else codes, markup.name, markup.attributes, markup.open_end
    )
    return Heads(
        np.frombuffer(flags, np.uint8),
        np.frombuffer(name, np.int32),
        names,
        np.frombuffer(class_number, np.int32),
        _split(classes),
        _ids(ids),
        _resolved(styles),
    )


def _read_heads(source: str, markup: Markup) -> Heads:
    count = len(markup.name)
    flags, class_numbers = bytearray(count), array("i", bytes(4 * count))
    classes: dict[str, int] = {"": 0}
    ids: dict[int, str] = {}
    styles: dict[int, str] = {}
    known: dict[str, _Said] = {}  # pages repeat their start tags
    for index, (start, end) in enumerate(zip(markup.attributes, markup.open_end, strict=True)):
        if end - start <= 4:
            continue
        head = source[start:end]
        said = known.get(head)
        if said is None:
            said = _read_head(source, start, end)
            if len(head) <= _MAX_KEPT and len(known) < _MAX_KNOWN:
                known[head] = said
        if said is _NOTHING:
            continue
        flags[index], name, identifier, style = said
        if name:
            class_numbers[index] = classes.setdefault(name, len(classes))
        if identifier:
            ids[index] = identifier
        if style:
            styles[index] = style
    names = {name: number for number, name in enumerate(dict.fromkeys(markup.name))}
    name_numbers = np.array([names[name] for name in markup.name], np.int32)
    return Heads(
        np.frombuffer(flags, np.uint8),
        name_numbers,
        list(names),
        np.frombuffer(class_numbers, np.int32),
        _split(classes),
        _ids(ids),
        _resolved(styles),
    )


_Said: TypeAlias = tuple[int, str, str, str]  # flags, and as written: classes, id, style
_NOTHING: Final[_Said] = (0, "", "", "")


def _read_head(source: str, start: int, end: int) -> _Said:
    head = source[start:end].lower()
    if not any(word in head for word in _WORDS):
        return _NOTHING
    found: dict[str, str] = {}
    flags = 0
    for m in each_attribute(source, start, end):
        written = m[1]
        name = written.lower()
        if name in _READ:
            if written.isascii() and name not in found:
                group = m.lastindex or 1
                value = found[name] = m[group] if group > 1 else ""
                if value:
                    flags |= _FLAGS.get(name, 0)
        elif name in ("hidden", "popover") and written.isascii():
            before, after = source[m.start() - 1], source[m.end(1)]
            if (before in _BEFORE or before.isspace()) and (after in _AFTER or after.isspace()):
                flags |= HIDDEN
    return flags, found.get("class", ""), found.get("id", ""), found.get("style", "")


def elements_with_attributes(source: str, markup: Markup, names: tuple[str, ...], codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which elements have an attribute of one of a few names in lower case; of one whose name is not ASCII that is taken to be so."""
    if kernels is None or not all(name.isascii() for name in names):
        return _elements_with_attributes(source, markup, names)
    return np.frombuffer(kernels.with_attributes(codes, markup.attributes, markup.open_end, list(names)), np.bool_)


def _elements_with_attributes(source: str, markup: Markup, names: tuple[str, ...]) -> NDArray[np.bool_]:
    found = np.zeros(len(markup.name), np.bool_)
    for index, (start, end) in enumerate(zip(markup.attributes, markup.open_end, strict=True)):
        if end - start < 3:
            continue
        head = source[start:end]
        lowered = head.lower()
        if not head.isascii() or any(name in lowered for name in names):
            found[index] = any(m[1].lower() in names or not m[1].isascii() for m in each_attribute(source, start, end))
    return found


def _split(classes: Iterable[str]) -> list[tuple[str, ...]]:
    return [tuple((unescape(value) if "&" in value else value).split()) for value in classes]


def _ids(ids: dict[int, str]) -> dict[int, str]:
    return {index: value.strip() for index, value in _resolved(ids).items() if value.strip()}


def _resolved(values: dict[int, str]) -> dict[int, str]:
    for index, value in values.items():
        if "&" in value:
            values[index] = unescape(value)
    return values
