"""Every regular expression that reads hostile text is linear, or reads so little that it does not matter.

Strings are made of the very characters and words that an expression asks for, over and over, with an ending that it does not take: where an
expression backtracks, one of them makes it.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

import pytest

import detector.page
import detector.report
import detector.segmentation
import detector.sources
from detector.page.css import declarations, sheet
from detector.page.css.declarations import tame
from tests.properties.conftest import Within

LONG = 30_000

# Expressions that backtrack, and the most characters that they are ever given: what is longer is cut or refused before.
BOUNDED: dict[str, int] = {
    "css.media._SIZE": 1000, "css.media._FEATURE": 1000,  # _MAX_QUERY
    "css.selectors._PART": 1000, "css.selectors._ENDING": 1000, "css.selectors._NTH": 1000, "css.selectors._PLAIN": 1000,  # _MAX_CHARS
    "css.values._LENGTH": 400, "css.values._PAINT": 400, "css.values._FONT": 400, "css.values._EMPTY_IMAGE": 400, "css.values._RECT": 400,
    "css.values._SHAPE": 400, "css.values._FUNCTION": 400,  # _MAX_VALUE
    "css.variables._IMPORTANT": 200, "scripts._VARIABLE": 100, "scripts._RUNS_AT_ONCE": 160, "scripts._BEFORE_BODY": 300, "scripts._HIDING_VALUE": 2000,
}  # fmt: skip


# These are given no text that was not tamed before.
TAMED = (declarations._COMMENT_OR_STRING, sheet._STRING)


# These are only asked at one place, and do not search.
MATCHED = {"script_text._ASSIGNS", "script_text._NAME_OF_CODE", "script_text._ONLY_NAMES", "report.excerpt._CUT_TAG"}
# This one is given strings that another expression found whole.
WHOLE = {"structured_data._STRING"}


def expressions() -> Iterator[Any]:
    for package in (detector.page, detector.segmentation, detector.report, detector.sources):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if module.name.endswith("make_characters"):
                continue  # builds a table, reads no page
            try:
                found = vars(importlib.import_module(module.name))
            except ImportError:
                continue
            for name, value in found.items():
                entries = value.items() if isinstance(value, dict) else [("", value)]
                for key, entry in entries:
                    if isinstance(entry, re.Pattern) and name.startswith("_"):
                        short = f"{module.name.removeprefix('detector.').removeprefix('page.')}.{name}"
                        if short not in WHOLE:
                            yield pytest.param(entry, BOUNDED.get(short, LONG), short in MATCHED, id=f"{short}{key}")


def _parts(tree: Any, found: list[str]) -> None:
    """Characters and words of a parsed expression: a run of literals, one character of each set."""
    word = ""
    for kind, value in tree:
        if str(kind) == "LITERAL":
            word += chr(value)
            continue
        if word:
            found.append(word)
            word = ""
        if str(kind) == "IN":
            for entry, inner in value:
                if str(entry) == "LITERAL":
                    found.append(chr(inner))
                elif str(entry) == "RANGE":
                    found.append(chr(inner[0]))
                elif str(entry) == "CATEGORY":
                    found.append({"DIGIT": "7", "SPACE": " ", "WORD": "a"}.get(str(inner).rpartition("_")[2], "a"))
        elif str(kind) in ("ANY", "NOT_LITERAL"):
            found.append("a")
        else:
            for inner in value if isinstance(value, (tuple, list)) else [value]:
                for branch in inner if isinstance(inner, list) else [inner]:
                    if isinstance(branch, parser.SubPattern):
                        _parts(branch, found)
    if word:
        found.append(word)


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    found: list[str] = []
    _parts(parser.parse(pattern.pattern, pattern.flags), found)
    parts = list(dict.fromkeys([*found, "a", " "]))[:14]
    whole = "".join(found)[:60]
    for unit in [*parts, whole, *("".join(pair) for pair in itertools.permutations(parts[:7], 2))]:
        for before in ("", whole[:20]):
            text = (before + unit * (length // max(1, len(unit))))[: length - 1] + "\0"
            yield text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")


@pytest.mark.parametrize("pattern, length, at_one_place", list(expressions()))
def test_is_linear_on_what_it_asks_for(pattern: re.Pattern[Any], length: int, at_one_place: bool, within: Within) -> None:
    for text in attacks(pattern, length):
        if pattern in TAMED:
            text = tame(text)
        with within(0.8):
            pattern.match(text)
            for _ in () if at_one_place else pattern.finditer(text):
                pass
