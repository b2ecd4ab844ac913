"""Selectors: parsed once, matched against a `Tree`.

What is known: type, class, id and attribute selectors, ``:not() :is() :where() :root``, ``:first-child`` and its like, and the four
combinators. A selector with anything else (states such as ``:hover``, pseudo-elements) matches nothing, since text at rest is judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from detector.native import kernels
from detector.page.css.declarations import unescape

if TYPE_CHECKING:
    from detector.page.css.tree import Tree

_MAX_CHARS: Final = 1000  # of one selector
_MAX_PARTS: Final = 24  # compounds of one selector

Test = Callable[["Tree", int], bool]
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\[0-9a-fA-F]{1,6}[ \t\n]?|\\[^0-9a-fA-F\n])++"
_PART = re.compile(
    rf"""(?P<space>\s*+(?P<combinator>[>+~])\s*+|\s++)
    |\#(?P<id>{_NAME})|\.(?P<class>{_NAME})
    |\[\s*(?P<attribute>[\w:-]+)\s*(?:(?P<operator>[~|^$*]?=)\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s\]]+))\s*(?P<flag>[iIsS])?\s*)?\]
    |(?P<element>::[\w-]+(?:\([^)]*\))?|:(?:before|after|first-line|first-letter)\b)
    |:(?P<pseudo>[\w-]+)(?:\((?P<argument>(?:[^()]|\([^()]*\))*)\))?
    |(?P<tag>\*|{_NAME})""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:(?:[a-zA-Z][\w-]*+|(?=[.#]))(?:[.#][a-zA-Z_-][\w-]*+)*+(?:\s*+>\s*+|\s++|\Z)){1,24}", re.ASCII)
_MARK = re.compile(r"([.#])")
# Endings that match no text at rest, told without parsing.
_AT_NO_REST: Final = (":before", ":after", ":hover", ":focus", ":active", ":visited", ":first-letter", ":first-line", ":target")
_ENDING = re.compile(r"(?:^|[\s>+~])([a-zA-Z][\w-]*+)?((?:[.#](?:[\w-]|[^\x00-\x7f])++)*+)$")
_ONLY_NAMES = re.compile(r"[\w\-.#\s>+~]*", re.ASCII)
_NAMES = re.compile(r"[.#]?[\w-]+", re.ASCII)
_NTH = re.compile(r"([+-]?\d*)n\s*(?:([+-])\s*(\d+))?|([+-]?\d+)")


@dataclass(slots=True, eq=False)
class Compound:
    """What one element must be: names are "" where anything will do.

    attributes: names of those it must have; tests: what else must hold.
    """

    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()


@dataclass(slots=True, eq=False)
class Selector:
    """compounds from right to left; combinators[i] stands between compounds[i] and compounds[i + 1]; specificity as one number.

    by_names: whether the names of an element and its ancestors decide, so that it matches all or none of the elements of one `Tree.kind`.
    above: the tags and ``.classes`` that ancestors of what it matches have.
    """

    compounds: list[Compound]
    combinators: list[str]
    specificity: int
    by_names: bool
    above: frozenset[str]

    def matches(self, tree: Tree, index: int) -> bool:
        """Whether the element is one that the selector means."""
        if not tree.is_a(index, self.compounds[0]):
            return False
        return len(self.compounds) == 1 or self._matches_before(tree, index, 1)

    def matches_named(self, tree: Tree, index: int) -> bool:
        """The same for an element that is known to have the tag, the id and the classes that are asked of it."""
        return tree.passes(index, self.compounds[0]) and (len(self.compounds) == 1 or self._matches_before(tree, index, 1))

    def is_possible(self, tree: Tree) -> bool:
        """Whether the page has every name that the selector asks for: most rules of a framework's sheet fail here."""
        return all(map(tree.has, self.compounds))

    def _matches_before(self, tree: Tree, index: int, at: int) -> bool:
        """Whether compounds[at:] match what stands before or above an element. Recursion is at most `_MAX_PARTS` deep."""
        if self.combinators[at - 1] != " ":
            return self._search_before(tree, index, at)
        # the same for all children of one parent
        key = (self, at, tree.markup.parent[index])
        known = tree.matched.get(key)
        if known is None:
            known = tree.matched[key] = self._search_before(tree, index, at)
        return known

    def _search_before(self, tree: Tree, index: int, at: int) -> bool:
        combinator, compound = self.combinators[at - 1], self.compounds[at]
        last = at + 1 == len(self.compounds)
        step = tree.previous if combinator in "+~" else tree.parent_of
        candidate = step(index)
        while candidate >= 0:
            tree.steps += 1
            if tree.exhausted:
                return False
            if tree.is_a(candidate, compound) and (last or self._matches_before(tree, candidate, at + 1)):
                return True
            if combinator in ">+":
                return False
            candidate = step(candidate)
        return False


@lru_cache(maxsize=8192)
def parse_selector(text: str) -> Selector | None:
    """One selector without commas. None for one that can match no text at rest, or that is not understood."""
    text = text.strip()
    if len(text) > _MAX_CHARS:
        return None
    if _PLAIN.fullmatch(text):
        return _plain_selector(text)
    compounds: list[Compound] = []
    combinators: list[str] = []
    tag = identifier = ""
    classes: list[str] = []
    attributes: list[str] = []
    tests: list[Test] = []
    weight = position = 0
    by_names = True
    while position < len(text):
        m = _PART.match(text, position)
        if m is None or m["element"]:
            return None
        position = m.end()
        if m["space"]:
            compounds.append(Compound(tag, identifier, tuple(classes), tuple(attributes), tuple(tests)))
            combinators.append(m["combinator"] or " ")
            tag = identifier = ""
            classes, attributes, tests = [], [], []
            if len(compounds) > _MAX_PARTS:
                return None
        elif m["tag"]:
            tag = "" if m["tag"] == "*" else unescape(m["tag"]).lower()
            weight += m["tag"] != "*"
        elif m["id"]:
            identifier = unescape(m["id"])
            weight += 10_000
        elif m["class"]:
            classes.append(unescape(m["class"]))
            weight += 100
        elif m["attribute"]:
            name, value = m["attribute"].lower(), m["double"] or m["single"] or m["bare"] or ""
            tests.append(_attribute_test(name, m["operator"], unescape(value), fold=(m["flag"] or "").lower() == "i"))
            attributes.append(name)
            by_names = False
            weight += 100
        else:
            found = _pseudo_test(m["pseudo"].lower(), m["argument"])
            if found is None:
                return None
            tests.append(found.test)
            weight += found.specificity
            by_names = by_names and found.by_names
    compounds.append(Compound(tag, identifier, tuple(classes), tuple(attributes), tuple(tests)))
    compounds.reverse()
    combinators.reverse()
    by_names = by_names and "+" not in combinators and "~" not in combinators
    return _selector(compounds, combinators, weight, by_names)


def _selector(compounds: list[Compound], combinators: list[str], weight: int, by_names: bool) -> Selector:
    above: set[str] = set()
    for compound, combinator in zip(compounds[1:], combinators, strict=True):
        if combinator in " >":  # a sibling's parent is the element's too
            above.update("." + name for name in compound.classes)
            if compound.tag:
                above.add(compound.tag)
    return Selector(compounds, combinators, weight, by_names, frozenset(above))


def _plain_selector(text: str) -> Selector:
    """A selector of tags, classes, ids, and the combinators for what is inside, which most are."""
    compounds: list[Compound] = []
    combinators: list[str] = []
    weight = 0
    combinator = ""
    for part in text.replace(">", " > ").split():
        if part == ">":
            combinator = ">"
            continue
        if compounds:
            combinators.append(combinator or " ")
        combinator = ""
        tag, *marked = _MARK.split(part)
        identifier = ""
        classes = []
        for mark, name in zip(marked[::2], marked[1::2], strict=True):
            if mark == ".":
                classes.append(name)
            else:
                identifier = name
        compounds.append(Compound(tag.lower(), identifier, tuple(classes)))
        weight += (tag != "") + 100 * len(classes) + 10_000 * (identifier != "")
    compounds.reverse()
    combinators.reverse()
    return _selector(compounds, combinators, weight, by_names=True)


@lru_cache(maxsize=8192)
def selector_key(text: str) -> str | None:
    """What the last compound of a selector asks for; None where the selector matches nothing.

    The key is ``#id``, else the last ``.class``, else the tag, else ``[attribute``, else ``*``.
    """
    text = text.strip()
    if len(text) > _MAX_CHARS:
        return None
    simple = text[1:] if text[:1] in (".", "#") else text
    if simple.replace("-", "_").isidentifier():
        return text if simple is not text else text.lower()
    m = _ENDING.search(text)
    if m is not None and m[0].strip(" >+~\n\t"):
        names = m[2]
        at = names.rfind("#")
        if at >= 0:
            return "#" + re.split(r"[.#]", names[at + 1 :], maxsplit=1)[0]
        return str(names[names.rfind(".") :] if names else m[1].lower())
    # a pseudo-class, an attribute, an escape or a star at the end
    if "::" in text or text.endswith(_AT_NO_REST):
        return None
    parsed = parse_selector(text)
    if parsed is None:
        return None
    last = parsed.compounds[0]
    if last.id or last.classes:
        return "#" + last.id if last.id else "." + last.classes[-1]
    return last.tag or ("[" + last.attributes[0] if last.attributes else "*")


def selectors_on_page(lists: list[list[str]], keys: set[str], by_names: bool = True) -> tuple[list[tuple[int, int, str]], int]:
    """Selectors that may match something on a page, as (which list, which of it, its `selector_key`), and how many have a key that may.

    keys: ``.classes``, ``#ids`` and tags of the page; by_names: leave out those that ask for other names which the page has not.
    """
    if kernels is not None:
        return kernels.selectors_on_page(lists, keys, by_names, selector_key)
    found: list[tuple[int, int, str]] = []
    count = 0
    for i, texts in enumerate(lists):
        for k, text in enumerate(texts):
            key = selector_key(text)
            if key is not None and (key in keys or key[:1] in ("[", "*")):
                count += 1
                if not by_names or _has_names(text, keys):
                    found.append((i, k, key))
    return found, count


def _has_names(text: str, keys: set[str]) -> bool:
    """Whether a page has all names of a selector, or it is not written in names alone."""
    if not _ONLY_NAMES.fullmatch(text) or text.count("#") > 1 or len(text) > _MAX_CHARS:  # of two ids the last one counts
        return True
    return all(name in keys or (name[0] not in ".#" and name.lower() in keys) for name in _NAMES.findall(text))


def split_selectors(text: str) -> list[str]:
    """A list of selectors at its commas, those in brackets apart."""
    if "(" not in text and "[" not in text:
        return text.split(",")
    return re.findall(r"(?:[^,()\[\]]++|\((?:[^()]++|\([^()]*+\))*+\)|\[[^\]]{0,1000}+\]|[()\[\]])++", text)


def _attribute_test(name: str, operator: str | None, value: str, fold: bool) -> Test:
    wanted = value.lower() if fold else value

    def test(tree: Tree, index: int) -> bool:
        held = tree.attributes(index).get(name)
        if held is None or operator is None:
            return held is not None
        if fold or name in ("type", "align", "dir", "lang", "media", "rel"):
            held = held.lower()
        if operator == "=":
            return held == wanted
        if not wanted:
            return False
        if operator == "~=":
            return wanted in held.split()
        if operator == "|=":
            return held == wanted or held.startswith(wanted + "-")
        return held.startswith(wanted) if operator == "^=" else held.endswith(wanted) if operator == "$=" else wanted in held

    return test


@dataclass(frozen=True, slots=True)
class _Pseudo:
    test: Test
    specificity: int = 100
    by_names: bool = False


def _pseudo_test(name: str, argument: str | None) -> _Pseudo | None:
    """None for a pseudo-class that never matches text at rest."""
    if name in ("not", "is", "where", "matches", "-webkit-any"):
        inner = [parse_selector(s) for s in split_selectors(argument or "")]
        known = [s for s in inner if s is not None]
        weight = 0 if name == "where" else max((s.specificity for s in known), default=0)
        by_names = all(s.by_names for s in known)
        if name == "not":
            return _Pseudo(lambda tree, index: not any(s.matches(tree, index) for s in known), weight, by_names)
        return _Pseudo(lambda tree, index: any(s.matches(tree, index) for s in known), weight, by_names) if known else None
    if name in ("link", "any-link"):
        return _Pseudo(lambda tree, index: tree.markup.name[index] == "a" and "href" in tree.attributes(index))
    if name == "root":
        return _Pseudo(lambda tree, index: tree.markup.name[index] == "html", by_names=True)
    if name in ("enabled", "read-only", "defined"):
        return _Pseudo(lambda tree, index: True, by_names=True)
    of_type = name.endswith("-of-type")
    edge = name.removesuffix("-of-type").removesuffix("-child")
    if edge != name and edge in ("first", "last", "only"):

        def at_edge(tree: Tree, index: int) -> bool:
            place, count = tree.place(index, of_type)
            return (edge == "last" or place == 1) and (edge == "first" or place == count)

        return _Pseudo(at_edge)
    if edge != name and edge in ("nth", "nth-last"):
        formula = _nth((argument or "").strip().lower())
        if formula is None:
            return None
        a, b = formula

        def nth(tree: Tree, index: int) -> bool:
            place, count = tree.place(index, of_type)
            offset = (place if edge == "nth" else count + 1 - place) - b
            return offset == 0 if a == 0 else offset % a == 0 and offset // a >= 0

        return _Pseudo(nth)
    return None


def _nth(argument: str) -> tuple[int, int] | None:
    if argument in ("odd", "even"):
        return 2, int(argument == "odd")
    m = _NTH.fullmatch(argument)
    if m is None or len(argument) > 20:
        return None
    if m[4]:
        return 0, int(m[4])
    step = int(m[1] + "1" if m[1] in ("", "+", "-") else m[1])
    return step, int(m[2] + m[3]) if m[3] else 0
