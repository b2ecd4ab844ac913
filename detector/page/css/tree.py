"""The elements of a page as selectors see them."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from html import unescape as resolve_entities
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.lazy import cached_property
from detector.page.css.selectors import Compound, Selector
from detector.page.descent import kinds
from detector.page.heads import Heads, read_heads
from detector.page.markup import Markup, attributes_of

_MAX_STEPS: Final = 500_000  # rules and elements looked at for all selectors of a page; beyond, nothing matches any more
_MAX_LINE_NAMES: Final = 500_000  # names kept of what stands above elements; beyond, some selectors do not match
_MANY_CLASSES: Final = 32  # of one element


class Tree:
    """Elements as selectors see them. Everything is read when first asked for, and once."""

    def __init__(self, source: str, markup: Markup, codes: NDArray[np.uint32] | None = None) -> None:
        self.source = source
        self.markup = markup
        self.heads: Heads = read_heads(source, markup, codes)
        self.steps = 0
        self._line_names = 0
        self._kinds: array[int]
        self._first: array[int]
        self.tell_apart(set())
        self.matched: dict[tuple[Selector, int, int], bool] = {}
        self._attributes: dict[int, dict[str, str]] = {}
        self._class_sets: dict[int, frozenset[str]] = {}
        self._previous: array[int] | None = None
        self._places = array("i"), array("i")  # of each element among its siblings, and among those of its type
        self._counts: dict[tuple[int, str], int] = {}

    @property
    def exhausted(self) -> bool:
        """Whether more has been looked at than one page may cost."""
        return self.steps > _MAX_STEPS

    def parent_of(self, index: int) -> int:
        """-1 for the root, which is html where a page writes it; the document stands for html and body where it does not."""
        parent = self.markup.parent[index]
        return parent if parent or self.markup.name[index] != "html" else -1

    def has(self, compound: Compound) -> bool:
        """Whether the page has the names that a compound asks for, be it on different elements."""
        return (
            (not compound.tag or compound.tag in self.tags)
            and (not compound.classes or self.all_classes.issuperset(compound.classes))
            and (not compound.id or compound.id in self.all_ids)
        )

    def head(self, index: int) -> str:
        """The attributes of an element as written, in lower case."""
        return self.source[self.markup.attributes[index] : self.markup.open_end[index]].lower()

    @cached_property
    def all_classes(self) -> set[str]:
        """Classes of any element."""
        return {name for names in self.heads.classes for name in names}

    @cached_property
    def all_ids(self) -> set[str]:
        """Ids of any element."""
        return set(self.heads.ids.values())

    def attributes(self, index: int) -> dict[str, str]:
        """Attributes with their entities resolved."""
        known = self._attributes.get(index)
        if known is None:
            raw = attributes_of(self.source, self.markup.attributes[index], self.markup.open_end[index])
            known = self._attributes[index] = {k: resolve_entities(v) if "&" in v else v for k, (v, _) in raw.items()}
        return known

    @cached_property
    def keys(self) -> set[str]:
        """``.classes``, ``#ids`` and tags of the page: what may be the key of a selector, see `selector_key`."""
        return {*("." + name for name in self.all_classes), *("#" + name for name in self.all_ids), *self.tags}

    @cached_property
    def tags(self) -> set[str]:
        """Names of elements, with html and body, which are there even where they are not written."""
        return {*self.heads.names, "html", "body"}

    @cached_property
    def _class_numbers(self) -> array[int]:
        return array("i", self.heads.class_number.tobytes())

    def classes(self, index: int) -> tuple[str, ...]:
        """Classes of an element, as written."""
        return self.heads.classes[self._class_numbers[index]]

    def id(self, index: int) -> str:
        """Id of an element, "" where it has none."""
        return self.heads.ids.get(index, "")

    def kind(self, index: int) -> int:
        """A number that elements share whose name, classes and ids, and those of all their ancestors, are the same to all selectors."""
        if not self._kinds:
            self._kinds, self._first = kinds(self.markup.parent, self._own())
        return self._kinds[index]

    def _own(self) -> NDArray[np.int64]:
        """A number of each element, that those share whose own name, classes and id are the same to all selectors."""
        heads, asked = self.heads, self.told_apart
        told: dict[tuple[str, ...], int] = {}
        of_classes = np.array(
            [
                told.setdefault(() if asked.isdisjoint(names) else tuple([name for name in names if name in asked]), len(told))
                for names in heads.classes
            ]
        )
        own: NDArray[np.int64] = heads.name * np.int64(len(told)) + of_classes[heads.class_number]
        if self._by_id:
            numbers: dict[str, int] = {}
            size = len(heads.names) * len(told)
            for index, name in heads.ids.items():
                if name in asked:
                    own[index] += size * (numbers.setdefault(name, len(numbers)) + 1)
        return own

    def line(self, kind: int) -> frozenset[str]:
        """Tags and ``.classes`` of elements of a kind and of all above them."""
        path = []
        while kind not in self._lines:
            path.append(kind)
            kind = self.kind(self.markup.parent[self._first[kind]])
        line = self._lines[kind]
        for kind in reversed(path):
            index = self._first[kind]
            own = {self.markup.name[index], *("." + name for name in self.classes(index) if name in self.told_apart)}
            if not own <= line and self._line_names < _MAX_LINE_NAMES:
                line |= own
                self._line_names += len(line)
            self._lines[kind] = line
        return line

    def tell_apart(self, names: set[str], by_id: bool = False) -> None:
        """Set the classes and ids that selectors ask for; numbers that `kind` gave before are void. by_id: whether any id is asked for."""
        self.told_apart = names
        self._by_id = by_id
        self._kinds = self._first = array("i")  # the kind of each element, and the first element of each kind, once a kind is asked for
        self._lines: dict[int, frozenset[str]] = {0: frozenset({"html", "body"})}

    def is_a(self, index: int, compound: Compound) -> bool:
        """Whether an element is what a compound asks for."""
        return self.has_names(index, compound) and (not compound.tests or self.passes(index, compound))

    def passes(self, index: int, compound: Compound) -> bool:
        """Whether an element has all but the names that a compound asks for."""
        for test in compound.tests:
            if not test(self, index):
                return False
        return index > 0 or not compound.tests

    def has_names(self, index: int, compound: Compound) -> bool:
        """Whether an element has the tag, the id and the classes that a compound asks for."""
        if compound.tag and compound.tag != self.markup.name[index]:
            # html and body are there even where a page does not write them
            return index == 0 and compound.tag in ("html", "body") and not (compound.id or compound.classes or compound.tests)
        if compound.id and compound.id != self.id(index):
            return False
        if compound.classes:
            names: Collection[str] = self.classes(index)
            if len(names) > _MANY_CLASSES:
                known = self._class_sets.get(index)
                if known is None:
                    known = self._class_sets[index] = frozenset(names)
                names = known
            for name in compound.classes:
                if name not in names:
                    return False
        return True

    def previous(self, index: int) -> int:
        """The sibling before an element, -1 for none."""
        if self._previous is None:
            last: dict[int, int] = {}
            self._previous = array("i")
            for i, parent in enumerate(self.markup.parent):
                self._previous.append(last.get(parent, -1))
                last[parent] = i
        return self._previous[index]

    def place(self, index: int, of_type: bool) -> tuple[int, int]:
        """(1-based place among the siblings, how many there are), of all or of the element's type."""
        if not self._places[0]:
            names, parents = self.markup.name, self.markup.parent
            kinds: dict[tuple[int, str], int] = {}
            for name, parent in zip(names, parents, strict=True):
                all_of, type_of = (parent, ""), (parent, name)
                kinds[all_of] = kinds.get(all_of, 0) + 1
                kinds[type_of] = kinds.get(type_of, 0) + 1
                self._places[0].append(kinds[all_of])
                self._places[1].append(kinds[type_of])
            self._counts = kinds
        key = (self.markup.parent[index], self.markup.name[index] if of_type else "")
        return self._places[of_type][index], self._counts[key]
