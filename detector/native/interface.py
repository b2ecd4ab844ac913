"""What the compiled kernels offer. Arrays are contiguous and of the types said.

A bytearray of chunks from markup.c holds int64, one of elements from there, heads.c or tree.c int32; flags are bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Places: TypeAlias = "array[int]"  # of 32 bits
Elements = tuple[list[str], bytearray, bytearray, bytearray, bytearray, bytearray]
Chunks = tuple[bytearray, bytearray, bytearray, bytearray, bytearray, bytearray, bytearray, bytearray]
Links = tuple[bytearray, bytearray, bytearray]
Row = tuple[int, int, int, int]
InAttributes = Callable[[bool, int, int, int], list[Row]]
InScript = Callable[[int, int, int, int], list[Row]]

ThreeNumbers = tuple[Longs, Longs, Longs]  # of line, sentence and group of each phrase


class Kernels(Protocol):
    """The module `detector.native._kernels`, one comment a file of src/. Each function does the work of its twin, which its docstring names."""

    VERSION: int

    # markup.c
    def set_names(self, rows: list[tuple[str, int, int, int, int, int]], /) -> None:
        """Tell the names that matter to `scan`, once: (name, step, flags, rule, rules that close it, rules that it stops)."""

    def scan(
        self, codes: Codes, in_attributes: InAttributes, in_script: InScript, is_prose: Callable[[str], bool], /
    ) -> tuple[Elements, Links, Chunks, list[int], list[int], int]:
        """`detector.page.markup.read_markup`."""

    # normalise.c
    def normalise(
        self,
        codes: Codes,
        chunks: tuple[Longs, Longs],
        inner: tuple[Longs, Codes, Longs, Longs, Longs] | None,
        is_html: bool,
        resolve: Callable[[str], tuple[int, int] | None],
        tables: tuple[Codes, Bytes, Bytes, Codes],
        out: tuple[NDArray[Any], ...],
        /,
    ) -> tuple[int, bool]:
        """`detector.segmentation.normalise.normalise`, into `out`: characters written, and whether some may be interleaved."""

    # phrases.c
    def split(self, text: tuple[Codes, Bytes, NDArray[np.int32]], chunks: tuple[Any, ...], is_html: bool, /) -> tuple[bytearray, ...]:
        """`detector.segmentation.phrases.split`."""

    # heads.c
    def heads(
        self, codes: Codes, names: list[str], attributes: Places, open_end: Places, /
    ) -> tuple[bytearray, bytearray, list[str], bytearray, list[str], dict[int, str], dict[int, str]]:
        """`detector.page.heads.read_heads`."""

    def with_attributes(self, codes: Codes, attributes: Places, open_end: Places, names: list[str], /) -> bytearray:
        """`detector.page.heads.elements_with_attributes`."""

    # tree.c
    def kinds(self, parents: Places, own: NDArray[np.int64], /) -> tuple[bytearray, bytearray]:
        """`detector.page.descent.kinds`."""

    def nearest(self, parents: Places, marked: NDArray[np.bool_], body: int, /) -> tuple[bytearray, bytearray, bytearray]:
        """`detector.page.descent.nearest`."""

    def elements_above(self, parents: Places, asked: NDArray[np.int64], /) -> bytearray:
        """`detector.page.descent.elements_above`."""

    # sheet.c
    def pieces_with(self, sheet: str, words: list[str], most: int, /) -> list[int]:
        """`detector.page.css.sheet.Sheet.with_words`."""

    def selectors_on_page(
        self, lists: list[list[str]], keys: set[str], by_names: bool, selector_key: Callable[[str], str | None], /
    ) -> tuple[list[tuple[int, int, str]], int]:
        """`detector.page.css.selectors.selectors_on_page`, with the Python of a key to ask where it is not written in a usual way."""

    # ngrams.c
    def terms(self, phrases: tuple[Codes, Bytes, Longs, Longs], signature: Doubles, /) -> tuple[bytearray, bytearray, bytearray, bytearray]:
        """`detector.features.ngrams.read_terms`."""

    def evidence(self, phrases: tuple[Codes, Bytes, Longs, Longs], weights: Floats, out: Floats, /) -> None:
        """`detector.features.vocabulary.evidence`."""

    def elsewhere(
        self,
        terms: tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.int32], NDArray[np.int32]],
        usual: Bytes,
        in_title: NDArray[np.bool_],
        out: Doubles,
        /,
    ) -> None:
        """`detector.features.foreignness.elsewhere`."""

    # sums.c
    def window(self, values: Floats, n: int, reach: int, out: Floats, /) -> None:
        """`detector.features.scene.Scene.window`."""

    def level(self, values: Floats, number: Longs, out: Floats, /) -> None:
        """`detector.features.scene.Scene.level`."""

    def extreme(self, values: Floats, n: int, reach: int, greatest: bool, out: Floats, /) -> None:
        """`detector.features.scene.Scene.extreme`; greatest: else the least."""

    def tally(self, characters: tuple[Bytes, Bytes], first: Longs, last: Longs, out: Floats, /) -> None:
        """`kinds`, `flagged` and `changes` of `detector.features.scene.Scene`."""

    # features.c
    def form(
        self,
        tally: Floats,
        of_phrases: tuple[Floats, Floats, Bytes, Bytes, NDArray[np.bool_], Floats],
        numbers: ThreeNumbers,
        logarithms: Floats,
        figures: Floats,
        column: int,
        family: int,
        /,
    ) -> None:
        """`detector.features.form.fill`."""

    def place(
        self,
        of_phrases: tuple[NDArray[Any], ...],
        of_chunks: tuple[Any, ...],
        state: Bytes,
        roles: Bytes,
        numbers: tuple[int, int, int],
        logarithms: Floats,
        figures: Floats,
        column: int,
        family: int,
        /,
    ) -> None:
        """`detector.features.place.fill`."""

    def foreignness(
        self,
        tally: Floats,
        of_terms: Floats,
        repeated: Floats,
        numbers: tuple[Longs, Longs],
        logarithms: Floats,
        figures: Floats,
        column: int,
        family: int,
        /,
    ) -> None:
        """`detector.features.foreignness.fill`."""

    def vocabulary(
        self, evidence: Floats, bias: float, numbers: ThreeNumbers, logarithms: Floats, figures: Floats, column: int, family: int, /
    ) -> None:
        """`detector.features.vocabulary.fill`."""

    # forest.c
    def log_odds(
        self,
        nodes: NDArray[Any],
        value: Floats,
        root: NDArray[np.int32],
        depth: int,
        rows: Floats,
        width: int,
        out: Doubles,
        /,
    ) -> None:
        """`detector.classifier.forest.Forest.logit` without the base."""

    # search.c
    def last_of(self, codes: Codes, first: int, marks: tuple[Codes, ...], /) -> int:
        """Where the last of the marks begins behind `first`, in any case; -1 for none. For `detector.features.place`."""

    def words_in(self, codes: Codes, first: int, past: int, words: tuple[str, ...], /) -> int:
        """`detector.page.words.words_in`."""

    def invisible(self, codes: Codes, fewest: int, /) -> bool:
        """Whether so many invisible characters stand in a row, for `detector.segmentation.invisible`."""
