"""What the style sheets of a page declare for an element, as far as it can hide text.

Rules are known by what their selector ends in. Those that hide are read first; once an element matches one, the rules that declare the
same properties, and so may undo it, are read too. What matches is remembered by the kind of an element, so a list of a thousand items costs
what one item costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from detector.page.css.declarations import Declarations, kept_declarations, unescape
from detector.page.css.selectors import Selector, parse_selector, selectors_on_page
from detector.page.css.sheet import Sheet, read_sheet
from detector.page.css.tree import Tree
from detector.page.css.values import Colour

SCRIPTED: Final = "scripted"  # in declarations: a script made them

_MAX_CHARS: Final = 2_000_000  # of all sheets of a page
_MAX_RULES: Final = 5_000  # selectors kept
_MAX_ATTRIBUTES: Final = 64  # names of attributes that rules end in
_NAME = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f]|\\[0-9a-fA-F]{1,6}\s?|\\.)+)")

# Properties that undo one another: where a rule hides by one, rules with any of these words are read too.
_FAMILIES: Final = (
    (frozenset({"display"}), ("display:",)),
    (frozenset({"visibility", "content-visibility"}), ("visibility:",)),
    (frozenset({"opacity", "filter"}), ("opacity",)),
    (
        frozenset({"left", "right", "top", "bottom", "margin-left", "margin-top", "transform", "clip", "z-index"}),
        (
            "position:",
            "left:",
            "right:",
            "top:",
            "bottom:",
            "margin:",
            "padding:",
            "inset",
            "width:",
            "height:",
            "transform:",
            "translate:",
            "scale:",
            "clip:",
            "z-index:",
        ),
    ),
    (
        frozenset({"width", "height", "max-width", "max-height"}),
        ("width:", "height:", "overflow", "padding", "display:", "float:", "position:"),
    ),
    (frozenset({"font-size"}), ("font-size:", "font:")),
    (frozenset({"text-indent"}), ("text-indent:", "overflow", "display:", "float:", "position:")),
    (frozenset({"clip-path"}), ("clip-path:",)),
    (
        frozenset({"color", "-webkit-text-fill-color", "background-color"}),
        ("{color:", ";color:", "fill-color:", "background", "position:absolute", "position:fixed", "text-shadow:"),
    ),
)


@dataclass(slots=True)
class Rule:
    """One selector and the text of its declarations, both read when first needed."""

    text: str
    body: str
    order: tuple[int, int, int]
    scripted: bool
    _selector: Selector | bool | None = None
    _declarations: tuple[Declarations, Declarations] | None = None

    def selector(self, tree: Tree) -> Selector | None:
        """None where it can match nothing on this page."""
        if self._selector is None:
            found = parse_selector(self.text)
            self._selector = found if found is not None and found.is_possible(tree) else False
        return self._selector if isinstance(self._selector, Selector) else None

    def declarations(self) -> tuple[Declarations, Declarations]:
        """(normal, important)"""
        if self._declarations is None:
            normal, important = kept_declarations(self.body)
            self._declarations = ({**normal, SCRIPTED: True}, important) if self.scripted else (normal, important)
        return self._declarations


class Cascade:
    """What rules declare for an element, the stronger over the weaker."""

    __slots__ = ("important", "normal")

    def __init__(self, matched: list[tuple[Selector, Rule]]) -> None:
        self.normal: Declarations = {}
        self.important: Declarations = {}
        for _, rule in sorted(matched, key=lambda entry: (entry[0].specificity, entry[1].order)):
            normal, important = rule.declarations()
            self.normal.update(normal)
            self.important.update(important)


_Matches = tuple[list[tuple[Selector, Rule]], list[tuple[Selector, Rule]]]


class PageStyles:
    """The rules of a page's sheets that matter for hiding, by the key of their selector: see `selector_key`.

    hiding: the rules that hide. sheets: (text, whether a script made it), in the order of the page.
    """

    def __init__(self, tree: Tree, sheets: Iterable[tuple[str, bool]]) -> None:
        self.hiding: dict[str, list[Rule]] = {}
        self._tree = tree
        self._rules: dict[str, list[Rule]] = {}
        self._sheets: list[tuple[Sheet, bool]] = []
        self._hits: list[set[int]] = []  # pieces of each sheet whose rules are in hiding
        self._known: list[set[int]] = []  # pieces of each sheet whose rules are in _rules
        self._families: set[int] = set()
        self._asked: list[str] = []  # selectors of rules that are new
        self._names: set[str] = set()  # classes and ids in the selectors of the others
        self._asks_for_ids = False
        self._words: set[str] = set()
        self._count = 0
        budget = _MAX_CHARS
        names: set[str] = set()
        for css, scripted in sheets:
            sheet = read_sheet(css[:budget])
            budget -= len(css)
            hits: set[int] = set()
            # most rules are for other pages of a site: what those declare is not read
            for number, rules in self._on_page(sheet, scripted, sheet.may_hide()):
                found = sheet.hides_by(number)
                if found:
                    names |= found
                    hits.add(number)
                    for key, rule in rules[: max(0, _MAX_RULES - self._count)]:
                        self._count += 1
                        self._asked.append(rule.text)
                        self.hiding.setdefault(key, []).append(rule)
            self._sheets.append((sheet, scripted))
            self._hits.append(hits)
            self._known.append(set())
            if budget <= 0:
                break
        self.hiding_attributes = tuple(key[1:] for key in self.hiding if key[0] == "[")[:_MAX_ATTRIBUTES]
        self.hiding_ids = {key[1:] for key in self.hiding if key[0] == "#"}
        self.hiding_classes = {key[1:] for key in self.hiding if key[0] == "."}
        self._unread = names
        self._grounds: set[Colour] | None = None
        self._hides: dict[int, _Matches] = {}
        self._matched: dict[int, _Matches] = {}
        self._cascades: dict[tuple[int, ...], Cascade] = {}  # by the rules that match
        self._of_attributes: dict[int, list[tuple[str, list[Rule]]]] = {}
        self._tell_apart()

    def need(self, names: Iterable[str]) -> None:
        """Make sure that `cascade` knows every rule that declares one of these properties, or what may undo it."""
        if self._sheets:
            self._unread.update(names)

    def _read(self) -> None:
        """Add the rules of the families that are needed and not yet known."""
        wanted = {i for i, (family, _) in enumerate(_FAMILIES) if family & self._unread} - self._families
        self._unread = set()
        if not wanted:
            return
        words = {word for i in wanted for word in _FAMILIES[i][1]} - self._words
        self._families |= wanted
        self._words |= words
        for place, (sheet, scripted) in enumerate(self._sheets):
            known = self._known[place]
            new = set(sheet.with_words(words)) - known
            if not self._rules:
                new |= self._hits[place]
            known |= new
            rules = [(number, at, selectors, body) for number in new for at, (selectors, body) in enumerate(sheet.rules(number))]
            lists = [selectors for _, _, selectors, _ in rules]
            rows, count = selectors_on_page(lists, self._tree.keys)
            if self._count + count > _MAX_RULES:
                count = max(0, _MAX_RULES - self._count)
                rows = selectors_on_page(lists, self._tree.keys, by_names=False)[0][:count]
            self._count += count
            for i, which, key in rows:
                number, at, selectors, body = rules[i]
                self._asked.append(selectors[which])
                self._rules.setdefault(key, []).append(Rule(selectors[which], body, (place, number, at), scripted))
        self._tell_apart()

    def _on_page(self, sheet: Sheet, scripted: bool, numbers: list[int]) -> Iterator[tuple[int, list[tuple[str, Rule]]]]:
        """Of those pieces that have rules which may match something on the page: the number, and those rules with their keys."""
        pieces = [(number, selectors, body) for number in numbers for selectors, body in sheet.rules(number)]
        rows, _ = selectors_on_page([selectors for _, selectors, _ in pieces], self._tree.keys) if pieces else ([], 0)
        found: dict[int, list[tuple[str, Rule]]] = {}
        for i, which, key in rows:
            number, selectors, body = pieces[i]
            rule = Rule(selectors[which], body, (0, 0, 0), scripted)
            if rule.selector(self._tree) is not None:
                found.setdefault(number, []).append((key, rule))
        yield from found.items()

    def _tell_apart(self) -> None:
        """Of the names on the page, those that no rule asks for tell no elements apart."""
        for text in self._asked:
            self._names.update(map(unescape, _NAME.findall(text)))
            self._asks_for_ids = self._asks_for_ids or "#" in text
        self._asked.clear()
        self._tree.tell_apart(self._names, self._asks_for_ids)
        keys = {*self.hiding, *self._rules}
        self._by_id = any(key[0] == "#" for key in keys)
        self._hides.clear()
        self._matched.clear()
        self._cascades.clear()
        self._of_attributes.clear()

    def paints(self, ink: Colour) -> bool:
        """Whether some rule paints a ground that letters of this colour cannot be read on."""
        if self._grounds is None:
            self._grounds = set().union(*(sheet.grounds() for sheet, _ in self._sheets))
        return any(ink.near(ground) for ground in self._grounds)

    def may_hide(self, index: int) -> bool:
        """Whether some rule that hides matches an element."""
        certain, others = self._candidates(self._hides, self.hiding, index)
        return bool(certain) or (bool(others) and any(selector.matches_named(self._tree, index) for selector, _ in others))

    def cascade(self, index: int) -> Cascade | None:
        """What the rules declare for an element. None for nothing. The same object where the same rules match."""
        if self._unread:
            self._read()
        if not self._rules:
            return None
        certain, others = self._candidates(self._matched, self._rules, index)
        matched = certain
        if others:
            matched = certain + [entry for entry in others if entry[0].matches_named(self._tree, index)]
        if not matched:
            return None
        key = tuple([id(rule) for _, rule in matched])
        found = self._cascades.get(key)
        if found is None:
            found = self._cascades[key] = Cascade(matched)
        return found

    def _candidates(self, known: dict[int, _Matches], rules: dict[str, list[Rule]], index: int) -> _Matches:
        """(those that match all elements of a kind, those that may match this one, which has the names that they ask for)."""
        tree = self._tree
        kind = tree.kind(index)
        found = known.get(kind)
        if found is None:
            found = known[kind] = self._candidates_of_kind(rules, index, kind)
        tree.steps += len(found[1])
        by_attribute = self._by_attribute(rules)
        if by_attribute and not tree.exhausted:
            head = tree.head(index)
            some = [rule for name, of_name in by_attribute if name in head for rule in of_name]
            tree.steps += len(some)
            if some:
                selectors = [(rule.selector(tree), rule) for rule in some]
                found = found[0], found[1] + [(selector, rule) for selector, rule in selectors if selector is not None]
        return found if not tree.exhausted else ([], [])

    def _by_attribute(self, rules: dict[str, list[Rule]]) -> list[tuple[str, list[Rule]]]:
        """Those of `hiding`, or of `_rules`, that are known by the name of an attribute."""
        found = self._of_attributes.get(id(rules))
        if found is None:
            found = [(key[1:], some) for key, some in rules.items() if key[0] == "["][:_MAX_ATTRIBUTES]
            self._of_attributes[id(rules)] = found
        return found

    def _candidates_of_kind(self, rules: dict[str, list[Rule]], index: int, kind: int) -> _Matches:
        tree = self._tree
        found: _Matches = ([], [])
        line: frozenset[str] | None = None
        for key in self._keys(index):
            some = rules.get(key)
            if some is None:
                continue
            tree.steps += len(some)
            if tree.exhausted:
                break
            for rule in some:
                selector = rule.selector(tree)
                if selector is None:
                    continue
                if selector.above:
                    if line is None:
                        line = tree.line(kind)
                    if not selector.above <= line:
                        continue
                if not selector.by_names:
                    if tree.has_names(index, selector.compounds[0]):
                        found[1].append((selector, rule))
                elif selector.matches(tree, index):
                    found[0].append((selector, rule))
        return found

    def _keys(self, index: int) -> Iterator[str]:
        """What the last part of a selector that fits an element may be."""
        yield from dict.fromkeys("." + name for name in self._tree.classes(index))
        identifier = self._tree.id(index) if self._by_id else ""
        if identifier:
            yield "#" + identifier
        yield self._tree.markup.name[index]
        yield "*"
