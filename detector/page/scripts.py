"""What scripts hide, read from their text: nothing is run.

Only what happens while a page loads counts: statements outside functions, and in functions called at once or when the page is ready. A menu
that closes on a click is no evidence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.lazy import cached_property
from detector.page.markup import Markup, attributes_of
from detector.page.script_strings import (
    LITERAL,
    character_of,
    decode_literal,
    from_base64,
    joined,
    literals_of_expression,
    may_be_split,
    occurrences,
)
from detector.page.words import words_in

__all__ = ["hidden_by_scripts"]

_MAX_CHARS: Final = 400_000  # of all scripts of a page that are read
_MAX_FOUND: Final = 400  # statements and literals of a page
_MAX_ENDLESS: Final = 50  # quotes without an end in a script, after which no more strings are looked for
_LOOK_BACK: Final = 8000  # characters before a statement in which the functions around it are looked for

# Ways to find elements.
_FIND_WORDS: Final = ("getElementById(", "getElementsByClassName(", "querySelector", "$(", "jQuery(")
_FOUND = re.compile(
    r"""(?:getElementById\(\s*["'](?P<id>[^"'\\\n]{1,200})["']\s*\)
    |getElementsByClassName\(\s*["'](?P<class>[\w -]{1,200})["']\s*\)(?:\[\d+\])?
    |(?:querySelector(?:All)?|\$|jQuery)\(\s*["'](?P<query>[^"'\\\n<]{1,200})["']\s*\)(?:\[\d+\])?)\s*""",
    re.VERBOSE,
)
# Ways to hide what was found.
_HIDE_WORDS: Final = (".style", ".hidden", ".remove(", ".hide(", ".slideUp(", ".fadeOut(", ".css(", ".setAttribute(")
_HIDDEN = re.compile(
    r"""\.\s*style\s*\.\s*(?:display|visibility|opacity|left|top|height|width|fontSize|textIndent|position|cssText)\s*=\s*["'](?P<style>[^"'\n]{1,200})["']
    |\.hidden\s*=\s*(?:true|!0|1)
    |\.setAttribute\(\s*["']style["']\s*,\s*["'](?P<attribute>[^"'\n]{1,300})["']
    |\.(?:remove|hide|slideUp|fadeOut)\(\s*\)
    |\.css\(\s*\{?\s*["']?(?:display|visibility|opacity|left|top)["']?\s*[,:]\s*["'](?P<value>[^"'\n]{1,60})["']""",
    re.VERBOSE,
)
_VARIABLE = re.compile(r"(?<![\w$.\])])([A-Za-z_$][\w$]{0,60})\s*$")
_HIDING_VALUE = re.compile(
    r"""^(?:none|hidden|collapse|0|0?\.0\d*|0px|1px|-\d{3,}\s*(?:px|em)?)$
    |display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}|(?:font-size|opacity|height)\s*:\s*0""",
    re.VERBOSE | re.IGNORECASE,
)
# What may stand before the brace of a function or block that runs while the page loads.
_FUNCTION: Final = r"(?:(?:async\s+)?function[^(){}]*\([^(){}]*\)|\(?[^(){}]*\)?\s*=>)"
_RUNS_AT_ONCE = re.compile(
    rf"""(?:(?:^|[=;,(!+~\s])\(\s*{_FUNCTION}
    |[!+~]\s*function\s*\([^(){{}}]*\)
    |(?:ready|load|\$|jQuery|setTimeout|requestAnimationFrame|DOMContentLoaded["']|load["'])\s*[,(]?\s*{_FUNCTION}
    |onload\s*=\s*{_FUNCTION}
    |(?:^|[\s;}}])(?:try|do|else|(?:if|for|while)\s*\([^{{}}]*\)))\s*$""",
    re.VERBOSE,
)
_BRACKETED_WORDS: Final = ("['getE", '["getE', "['style'", '["style"')  # document["getElementById"]
_BRACKETED = re.compile(r"\[\s*[\"']([A-Za-z]\w*)[\"']\s*\]")
# Letters are escaped for no honest reason; JSON escapes signs only.
_ESCAPED_WORDS: Final = (
    "unescape(", "fromCharCode(", "\\x6", "\\x7", "\\u006", "\\u007", "atob(", "decodeURIComponent('", 'decodeURIComponent("',
)  # fmt: skip
_BRACE = re.compile("[{}]")
_SPACES = re.compile(r"\s+")
_CODES = re.compile(r"fromCharCode\(\s*((?:\d{1,6}\s*,\s*){3,20000}\d{1,6})\s*\)")
# Rules in the strings of a script.
_RULE_WORDS: Final = (
    "display:none", "display: none", "visibility:hidden", "visibility: hidden", "left:-", "left: -", "top:-", "top: -", "indent:-",
    "font-size:0", "opacity:0",
)  # fmt: skip
# Words that a script holds which is read, and the bits of each group of them.
_GROUPS: Final = (
    (*_BRACKETED_WORDS, *_ESCAPED_WORDS), _HIDE_WORDS, _FIND_WORDS, ("createElement",), ("'style'", '"style"'), ("<style", "insertRule"),
)  # fmt: skip
_WORDS: Final = tuple(word for group in _GROUPS for word in group)
_DISGUISED, _HIDES, _FINDS, _MAKES, _NAMES_STYLE, _WRITES_RULES = (sum(1 << _WORDS.index(word) for word in group) for group in _GROUPS)
_BEFORE_BODY = re.compile(r"[.#*a-zA-Z][^{}<>\"'`;()\\]{0,299}$")


def _scripts(source: str, markup: Markup) -> Iterator[tuple[int, int]]:
    """Ranges of the scripts that a browser runs, up to `_MAX_CHARS` of them."""
    budget = _MAX_CHARS
    for start, end, element in markup.scripts:
        if end - start < 12 or budget <= 0:
            continue
        if markup.open_end[element] - markup.attributes[element] > 6:
            kind = attributes_of(source, markup.attributes[element], markup.open_end[element]).get("type", ("", 0))[0].strip().lower()
            if kind and "javascript" not in kind and "ecmascript" not in kind and kind != "module" and "babel" not in kind:
                continue
        yield start, min(end, start + budget)
        budget -= end - start


def hidden_by_scripts(source: str, markup: Markup, codes: NDArray[np.uint32] | None = None) -> list[str]:
    """What scripts hide while the page loads, as style sheets: ``#id{display:none!important}``, and the sheets they make.

    codes: `codes_of` the source, where at hand.
    """
    sheets: list[str] = []
    for start, end in _scripts(source, markup):
        held = words_in(source, codes, start, end, _WORDS)
        text = ""
        if held & _DISGUISED or may_be_split(source, start, end):
            text = _undisguised(source[start:end])
            held = words_in(text, None, 0, len(text), _WORDS)
        if held & _HIDES and held & _FINDS:
            sheets += _hidden_in(text or source[start:end])
        if (held & _MAKES and held & _NAMES_STYLE) or held & _WRITES_RULES:
            sheets += _sheets_made_in(text or source[start:end])
        if len(sheets) > _MAX_FOUND:
            break
    return sheets[:_MAX_FOUND]


def _undisguised(text: str) -> str:
    """A script with its split strings in one piece, names in brackets as names, and what its escaped strings say at the end."""
    text = joined(text)
    if any(word in text for word in _BRACKETED_WORDS):
        text = _BRACKETED.sub(r".\1", text)
    if any(word in text for word in _ESCAPED_WORDS):
        text += "\n" + "\n".join(_decoded(text))
    return text


def _decoded(text: str) -> Iterator[str]:
    """What the escaped strings of a script say."""
    last = 0
    endless: set[int] = set()  # quotes that no other ends
    for at in sorted(occurrences(text, _ESCAPED_WORDS)):
        if at < last:
            continue
        if text.startswith("fromCharCode(", at):
            codes = _CODES.match(text, at)
            if codes:
                last = codes.end()
                yield "".join(character_of(int(code)) for code in codes[1].split(","))
        elif text[at] != "\\":
            base64 = text.startswith("atob(", at)
            for begin, stop in literals_of_expression(text, text.find("(", at) + 1, len(text)):
                last = stop
                yield from_base64(text[begin:stop]) if base64 else joined(decode_literal(text[begin:stop]))
        else:
            floor = max(last, at - _LOOK_BACK)
            opening = max(text.rfind('"', floor, at), text.rfind("'", floor, at), 0)
            m = LITERAL.match(text, opening) if len(endless) < _MAX_ENDLESS and opening not in endless else None
            if m is None:
                endless.add(opening)
            if m and m.end() > at:
                last = m.end()
                yield joined(decode_literal(m[m.lastindex or 0]))


def _hidden_in(text: str) -> Iterator[str]:
    """Rules for what statements of a script hide."""
    named: dict[str, str] = {}
    braces = _Braces(text)
    for at in occurrences(text, _FIND_WORDS):
        found = _FOUND.match(text, at)
        selector = _selector(found) if found else ""
        if not found or not selector:
            continue
        hides = _HIDDEN.match(text, found.end())
        if hides:
            if _is_hiding(hides) and braces.run_at_once(at):
                yield f"{selector}{{display:none!important}}"
        else:
            before = text[max(0, at - 100) : at].rstrip().removesuffix(".").rstrip().removesuffix("document").rstrip()
            if before.endswith("="):
                variable = _VARIABLE.search(before[:-1])
                if variable:
                    named[variable[1]] = selector
    if named:
        for at in occurrences(text, _HIDE_WORDS):
            variable = _VARIABLE.search(text, max(0, at - 70), at)
            hides = _HIDDEN.match(text, at) if variable and variable[1] in named else None
            if variable and hides and _is_hiding(hides) and braces.run_at_once(at):
                yield f"{named[variable[1]]}{{display:none!important}}"


def _sheets_made_in(text: str) -> Iterator[str]:
    """Rules that hide in the strings of a script that makes a style element."""
    last = 0
    for at in sorted(occurrences(text, _RULE_WORDS)):
        opening = text.rfind("{", max(last, at - 1000), at)
        closing = text.find("}", max(last, opening), at + 1000)
        if at < last or opening < 0 or closing < at:
            continue
        last = closing
        selector = _BEFORE_BODY.search(text, max(0, opening - 300), opening)
        if selector and _HIDING_VALUE.search(text, opening, closing):
            yield selector[0] + text[opening : closing + 1]


def _is_hiding(m: re.Match[str]) -> bool:
    value = m["style"] or m["attribute"] or m["value"]
    return value is None or _HIDING_VALUE.search(value.strip()) is not None


def _selector(m: re.Match[str]) -> str:
    if m["id"]:
        return "#" + re.sub(r"[^\w-]", lambda c: "\\" + c[0], m["id"])
    if m["class"]:
        return "".join("." + name for name in m["class"].split())
    query = m["query"].strip()
    # jQuery's own names for states are none of CSS; a bare tag hides too much to say anything
    return query if "{" not in query and "}" not in query and (query[:1] in ".#[" or " " in query) else ""


class _Braces:
    """The braces of a script: which are open at a place, and whether their code runs while the page loads. Each is looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, bool] = {}

    @cached_property
    def _open(self) -> tuple[list[int], list[int], dict[int, int]]:
        """(where braces stand, the innermost opening one open after each, of those: the one around it); -1 for none."""
        places: list[int] = []
        innermost: list[int] = []
        around: dict[int, int] = {}
        opening = -1
        for m in _BRACE.finditer(self._text):
            places.append(m.start())
            if m[0] == "{":
                around[m.start()] = opening
                opening = m.start()
            elif opening >= 0:
                opening = around[opening]
            innermost.append(opening)
        return places, innermost, around

    def run_at_once(self, at: int) -> bool:
        """Whether a statement runs while the page loads: every brace open around it, not too far before it, is of code called at once."""
        places, innermost, around = self._open
        number = bisect_left(places, at) - 1
        opening = innermost[number] if number >= 0 else -1
        while opening >= max(0, at - _LOOK_BACK):
            runs = self._runs.get(opening)
            if runs is None:
                before = _SPACES.sub(
                    " ", self._text[max(0, opening - 160) : opening]
                )  # of long runs of spaces the expression tries every part
                runs = self._runs[opening] = _RUNS_AT_ONCE.search(before if opening <= 160 else "\0" + before) is not None
            if not runs:
                return False
            opening = around[opening]
        return True
