"""The elements of a page as selectors see them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from html import unescape as resolve_entities
from typing import Final

from detector.lazy import cached_property
from detector.page.css.selectors import Compound, Selector
from detector.page.markup import Markup, attributes_of

_MAX_STEPS: Final = 500_000  # rules and elements looked at for all selectors of a page; beyond, nothing matches any more
_MAX_LINE_NAMES: Final = 500_000  # names kept of what stands above elements; beyond, some selectors do not match
_MAX_PLACES: Final = 1000  # where one id is looked for
_MAX_ASKED: Final = 500  # ids looked for one by one
_MANY_CLASSES: Final = 32  # of one element


class Tree:
    """Elements as selectors see them. Everything is read when first asked for, and once."""

    def __init__(self, source: str, markup: Markup) -> None:
        self.source = source
        self.markup = markup
        self.steps = 0
        self._line_names = 0
        self.tell_apart(set())
        self.matched: dict[tuple[Selector, int, int], bool] = {}
        self._attributes: dict[int, dict[str, str]] = {}
        self._ids: dict[int, str] = {}
        self._known_ids: dict[str, bool] = {}
        self._class_sets: dict[int, frozenset[str]] = {}
        self._asked = 0  # ids looked for in the source
        self._previous: list[int] | None = None
        self._places: list[tuple[int, int]] = []
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
            and (not compound.id or self._has_id(compound.id))
        )

    def _has_id(self, name: str) -> bool:
        known = self._known_ids.get(name)
        if known is None:
            known = self._known_ids[name] = bool(self.elements_with_id((name,)))
        return known

    def head(self, index: int) -> str:
        """The attributes of an element as written, in lower case."""
        return self.source[self.markup.attributes[index] : self.markup.open_end[index]].lower()

    @cached_property
    def all_classes(self) -> set[str]:
        return {name for names in set(self.classes) for name in names}

    def attributes(self, index: int) -> dict[str, str]:
        """Attributes with their entities resolved."""
        known = self._attributes.get(index)
        if known is None:
            raw = attributes_of(self.source, self.markup.attributes[index], self.markup.open_end[index])
            known = self._attributes[index] = {k: resolve_entities(v) if "&" in v else v for k, (v, _) in raw.items()}
        return known

    @cached_property
    def tags(self) -> set[str]:
        return {*self.markup.name, "html", "body"}

    @cached_property
    def classes(self) -> list[tuple[str, ...]]:
        """Classes of every element: half a microsecond each where they are written in the usual way."""
        source, find, count = self.source, self.source.find, self.source.count
        split: dict[str, tuple[str, ...]] = {}
        found: list[tuple[str, ...]] = []
        for index, (start, end) in enumerate(zip(self.markup.attributes, self.markup.open_end, strict=True)):
            if end - start < 9:
                found.append(())
                continue
            at = find(' class="', start, end)
            if at == start or (at > 0 and not count('"', start, at) & 1 and find("'", start, at) < 0):
                value = source[at + 8 : find('"', at + 8)]
                if "&" in value:
                    value = resolve_entities(value)
            elif at < 0 and "class" not in source[start:end].lower():
                found.append(())
                continue
            else:
                # written in an unusual way, or in the value of another attribute
                value = self.attributes(index).get("class", "")
            names = split.get(value)
            if names is None:
                names = split[value] = tuple(value.split())
            found.append(names)
        return found

    def id(self, index: int) -> str:
        found = self._ids.get(index)
        if found is None:
            found = self._ids[index] = self.attributes(index).get("id", "").strip() if "id" in self.head(index) else ""
        return found

    def elements_with_id(self, names: Iterable[str]) -> set[int]:
        """Elements that have one of a few ids, found by the text of these; of very many, by looking at the id of every element once."""
        found: set[int] = set()
        for name in names:
            self._asked += 1
            if self._asked > _MAX_ASKED:
                found.update(self._all_ids.get(name, ()))
                continue
            at = self.source.find(name)
            for _ in range(_MAX_PLACES):
                if at < 0:
                    break
                index = bisect_right(self.markup.element_start, at) - 1
                if index > 0 and self.markup.attributes[index] <= at < self.markup.open_end[index] and self.id(index) == name:
                    found.add(index)
                at = self.source.find(name, at + len(name))
        return found

    @cached_property
    def _all_ids(self) -> dict[str, list[int]]:
        """The elements of every id."""
        found: dict[str, list[int]] = {}
        for index in range(1, len(self.markup.name)):
            name = self.id(index)
            if name:
                found.setdefault(name, []).append(index)
        return found

    def kind(self, index: int) -> int:
        """A number that elements share whose name, classes and ids, and those of all their ancestors, are the same to all selectors."""
        kinds, parents = self._kinds, self.markup.parent
        path = []
        while kinds[index] < 0:
            path.append(index)
            index = parents[index]
        found = kinds[index]
        for index in reversed(path):
            names = self.classes[index]
            told = self._told.get(names)
            if told is None:
                told = self._told[names] = tuple(name for name in names if name in self.told_apart)
            identifier = self.id(index) if self._by_id else ""
            key = (found, self.markup.name[index], told, identifier if identifier in self.told_apart else "")
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = len(self._numbers) + 1
                line = self._lines[found]
                own = {self.markup.name[index], *("." + name for name in told)}
                if not own <= line and self._line_names < _MAX_LINE_NAMES:
                    line |= own
                    self._line_names += len(line)
                self._lines.append(line)
            found = kinds[index] = number
        return found

    def line(self, kind: int) -> frozenset[str]:
        """Tags and ``.classes`` of elements of a kind and of all above them."""
        return self._lines[kind]

    def tell_apart(self, names: set[str], by_id: bool = False) -> None:
        """Set the classes and ids that selectors ask for; numbers that `kind` gave before are void. by_id: whether any id is asked for."""
        self.told_apart = names
        self._by_id = by_id
        self._told: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._numbers: dict[tuple[int, str, tuple[str, ...], str], int] = {}
        self._lines: list[frozenset[str]] = [frozenset({"html", "body"})]
        self._kinds = [-1] * len(self.markup.name)
        self._kinds[0] = 0

    def is_a(self, index: int, compound: Compound) -> bool:
        if compound.tag and compound.tag != self.markup.name[index]:
            # html and body are there even where a page does not write them
            return index == 0 and compound.tag in ("html", "body") and not (compound.id or compound.classes or compound.tests)
        if compound.id and compound.id != self.id(index):
            return False
        if compound.classes:
            names: Collection[str] = self.classes[index]
            if len(names) > _MANY_CLASSES:
                known = self._class_sets.get(index)
                if known is None:
                    known = self._class_sets[index] = frozenset(names)
                names = known
            for name in compound.classes:
                if name not in names:
                    return False
        return all(test(self, index) for test in compound.tests) and (index > 0 or not compound.tests)

    def previous(self, index: int) -> int:
        """The sibling before an element, -1 for none."""
        if self._previous is None:
            last: dict[int, int] = {}
            self._previous = []
            for i, parent in enumerate(self.markup.parent):
                self._previous.append(last.get(parent, -1))
                last[parent] = i
        return self._previous[index]

    def place(self, index: int, of_type: bool) -> tuple[int, int]:
        """(1-based place among the siblings, how many there are), of all or of the element's type."""
        if not self._places:
            names, parents = self.markup.name, self.markup.parent
            kinds: dict[tuple[int, str], int] = {}
            for name, parent in zip(names, parents, strict=True):
                all_of, type_of = (parent, ""), (parent, name)
                kinds[all_of] = kinds.get(all_of, 0) + 1
                kinds[type_of] = kinds.get(type_of, 0) + 1
                self._places.append((kinds[all_of], kinds[type_of]))
            self._counts = kinds
        key = (self.markup.parent[index], self.markup.name[index] if of_type else "")
        return self._places[index][of_type], self._counts[key]
