"""The text of one style sheet, cut into rules, and a cheap way to find those that matter.

Almost every page has rules and few have one that hides. So the sheet is first searched, without its white space, for words that stand in
every rule that hides; only the pieces that hold one are read. Cutting at braces with string methods goes at 140 MB/s, a CSS parser at 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Final

from detector.lazy import cached_property
from detector.native import kernels
from detector.page.css.declarations import hides, kept_declarations, tame, unescape, without_comments
from detector.page.css.media import group_applies
from detector.page.css.selectors import split_selectors
from detector.page.css.values import Colour, colour

_MAX_KEPT: Final = 200_000  # characters of a sheet that is kept
_MAX_HITS: Final = 20_000  # pieces of a sheet with words looked for
_DEEPEST: Final = 32  # groups and rules nested in one another
_MAX_NESTED: Final = 4_000_000  # characters of the selectors that nested rules come to, together

# What stands in every sheet that may hide, lower case and without white space.
_HIDING_WORDS: Final = (
    "display:none", "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:.0", "opacity(", "font-size:0", "font-size:1px",
    "font-size:2px", "font-size:1pt", "font-size:.", "font:0", "font:1px", "font:2px", "width:0", "width:1px", "height:0", "height:1px",
    "rect(", "inset(", "circle(", "ellipse(", "polygon(", "translate", "scale", "matrix(", "rotatex(", "rotatey(", "left:100%", "left:200%", "top:100%", "9999", "000px",
    "color:#f", "color:#e", "color:#d", "color:white", "color:black", "color:rgb", "color:hsl", "color:transparent", "smoke", "snow",
    "ivory", "background:#0", "background:#1", "background:black", "background-color:#0", "background-color:#1",
)  # fmt: skip
_STRING = re.compile(r"\"(?:[^\"\\\n]++|\\[\s\S])*+\"|'(?:[^'\\\n]++|\\[\s\S])*+'")
_BACK_COLOUR = re.compile(r"background(?:-color)?:[^;}]{0,100}?(#[0-9a-f]{3,6}\b)")


@lru_cache(maxsize=64)
def _kept(css: str) -> Sheet:
    return Sheet(css)


def read_sheet(css: str) -> Sheet:
    """A sheet by its text. Pages of one site repeat their sheets, so those of usual size are kept for the next page."""
    return _kept(css) if len(css) <= _MAX_KEPT else Sheet(css)


class Sheet:
    """A sheet cut after each closing brace. A piece is known by its number, in the sheet and in the sheet without white space."""

    def __init__(self, css: str) -> None:
        css = without_comments(tame(css))
        if any("{" in string or "}" in string for string in _STRING.findall(css)):
            css = _STRING.sub(lambda m: '""' if "{" in m[0] or "}" in m[0] else m[0], css)
        self.css = css
        if "\\" in css:
            # names and values may be written in escapes; those that stand for braces cut nothing
            css = unescape(_STRING.sub('""', css), keep="{}")
        self.compact = "".join(css.lower().split())
        self._grounds: set[Colour] | None = None
        self._may_hide: list[int] | None = None
        self._hides_by: dict[int, set[str]] = {}
        self._pieces: list[str] = []  # once a rule is asked for
        self._rules: dict[int, list[tuple[list[str], str]]] = {}  # of the pieces that are read
        self._changes, self._applies = [0], [True]  # pieces from which on rules apply, or do not

    def may_hide(self) -> list[int]:
        """Pieces that hold a word of hiding rules."""
        if self._may_hide is None:
            words = list(_HIDING_WORDS)
            # a negative length; vendor pseudo-elements (::-moz-...) have the same characters
            if self.compact.count(":-") > self.compact.count("::-"):
                words.append(":-")
            self._may_hide = self.with_words(words)
        return self._may_hide

    def hides_by(self, number: int) -> set[str]:
        """The properties by which rules of a piece hide."""
        found = self._hides_by.get(number)
        if found is None:
            found = set()
            for _, body in self.rules(number):
                normal, important = kept_declarations(body)
                found |= hides(normal) | hides(important)
            self._hides_by[number] = found
        return found

    def grounds(self) -> set[Colour]:
        """Colours, written in hexadecimal, of backgrounds."""
        if self._grounds is None:
            found = map(colour, _BACK_COLOUR.findall(self.compact))
            self._grounds = {c for c in found if isinstance(c, Colour)}
        return self._grounds

    def with_words(self, words: Iterable[str]) -> list[int]:
        """Numbers of the pieces that hold any of the words, ascending; up to `_MAX_HITS`."""
        if kernels is not None and self.compact.isascii():
            return kernels.pieces_with(self.compact, list(words), _MAX_HITS)
        return _pieces_with(self.compact, words, self._ends)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(piece) + 1 for piece in self.compact.split("}")))

    def rules(self, number: int) -> list[tuple[list[str], str]]:
        """Rules in a piece that apply to the screen: selectors and declarations. Malformed sheets give what can be read of them."""
        if not self._pieces:
            self._pieces = self.css.split("}")
            self._read()
        found = self._rules.get(number)
        if found is None:
            found = self._rules[number] = self._cut(number) if number < len(self._pieces) else []
        return found

    def _cut(self, number: int) -> list[tuple[list[str], str]]:
        """Rules of a piece that opens and ends no group: one, or none."""
        head, _, body = self._pieces[number].rpartition("{")
        if not self._applies[bisect_right(self._changes, number) - 1] or ":" not in body:
            return []
        head = _selectors_of(head.rpartition(";")[2])
        return [(_listed(head), body)] if head and not head.startswith("@") else []

    def _put(self, number: int, selectors: list[str], body: str) -> None:
        self._rules[number].append((selectors, body))

    def _read(self) -> None:
        """Find which groups pieces stand in, and read those that are more or less than a rule; the others are cut when they are asked for."""
        # Open groups: whether what they hold applies, and the selectors that nested rules stand in.
        open_groups: list[tuple[bool, list[str]]] = []
        applies = True
        nested = _Nested()
        outer: list[str] = []
        for number, piece in enumerate(self._pieces):
            if applies != self._applies[-1]:
                self._changes.append(number)
                self._applies.append(applies)
            if not outer and piece.count("{") == 1:
                continue
            self._rules[number] = []
            head, brace, body = piece.rpartition("{")
            if not brace:
                if applies and outer and ":" in piece:
                    self._put(number, outer, piece)
                if open_groups:
                    applies, outer = open_groups.pop()
                continue
            *preludes, head = head.split("{")
            for prelude in preludes:
                open_groups.append((applies, outer))
                applies = applies and len(open_groups) <= _DEEPEST
                if ";" in prelude:
                    before, _, prelude = prelude.rpartition(";")
                    if applies and outer:
                        self._put(number, outer, before)
                prelude = prelude.strip()
                if prelude.startswith("@"):
                    applies = applies and group_applies(prelude)
                elif applies:
                    outer = nested.in_rules(outer, prelude)
            if not applies or ":" not in body:
                continue
            if ";" in head:
                before, _, head = head.rpartition(";")
                if outer:
                    self._put(number, outer, before)
            head = _selectors_of(head)
            if head.startswith("@"):
                if outer and head.startswith("@media") and group_applies(head):
                    self._put(number, outer, body)
            elif head:
                self._put(number, nested.in_rules(outer, head), body)


def _selectors_of(head: str) -> str:
    """What stands before a brace, without the marks of a comment of HTML."""
    head = head.strip()
    return head.lstrip("<!->").strip() if head.startswith(("<!--", "-->")) else head


def _listed(head: str) -> list[str]:
    return split_selectors(head) if "," in head else [head]


def _pieces_with(compact: str, words: Iterable[str], ends: list[int]) -> list[int]:
    """ends: of each piece, where the next one begins."""
    found: set[int] = set()
    for word in words:
        at = compact.find(word)
        while at >= 0:
            number = bisect_right(ends, at)
            found.add(number)
            at = compact.find(word, ends[number])
    return sorted(found)[:_MAX_HITS]


class _Nested:
    """Selectors of rules that stand in others. A few characters inside of long selectors come to much, so all of a sheet have one budget."""

    def __init__(self) -> None:
        self._left = _MAX_NESTED

    def in_rules(self, outer: list[str], head: str) -> list[str]:
        """outer: selectors of the rule around."""
        inner = _listed(head)
        if not outer:
            return inner
        if self._left <= 0:
            return []
        pairs = ((o.strip(), s[:1000]) for o in outer[:8] for s in inner[:8])
        found = [s.replace("&", o)[:1000] if "&" in s else f"{o} {s.strip()}"[:1000] for o, s in pairs]
        self._left -= sum(map(len, found))
        return found
