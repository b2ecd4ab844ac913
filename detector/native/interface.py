"""What the compiled kernels offer. Arrays are contiguous and of the types said.

A bytearray that comes back from markup.c holds int64, one from heads.c or tree.c int32; flags are bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Elements = tuple[list[str], list[int], list[int], list[int], list[int], list[int]]
Chunks = tuple[bytearray, bytearray, bytearray, bytearray, bytearray, bytearray, bytearray, bytearray]
Links = tuple[bytearray, bytearray, bytearray]
Row = tuple[int, int, int, int]
InAttributes = Callable[[bool, int, int, int], list[Row]]
InScript = Callable[[int, int, int, int], list[Row]]


class Kernels(Protocol):
    """The module `detector.native._kernels`, one comment a file of src/."""

    VERSION: int

    # markup.c
    def set_names(self, rows: list[tuple[str, int, int, int, int, int]], /) -> None: ...
    def scan(
        self, codes: Codes, in_attributes: InAttributes, in_script: InScript, is_prose: Callable[[str], bool], /
    ) -> tuple[Elements, Links, Chunks, list[int], list[int], int]: ...

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
    ) -> tuple[int, bool]: ...

    # phrases.c
    def split(self, text: tuple[Codes, Bytes, NDArray[np.int32]], chunks: tuple[Any, ...], is_html: bool, /) -> tuple[bytearray, ...]: ...

    # heads.c
    def heads(
        self, codes: Codes, names: list[str], attributes: list[int], open_end: list[int], /
    ) -> tuple[bytearray, bytearray, list[str], bytearray, list[str], dict[int, str], dict[int, str]]: ...

    def with_attributes(self, codes: Codes, attributes: list[int], open_end: list[int], names: list[str], /) -> bytearray: ...

    # tree.c
    def kinds(self, parents: list[int], own: NDArray[np.int64], /) -> tuple[bytearray, list[int]]: ...
    def nearest(self, parents: list[int], marked: NDArray[np.bool_], body: int, /) -> tuple[bytearray, list[int], list[int]]: ...

    # ngrams.c
    def terms(
        self, phrases: tuple[Codes, Bytes, Longs, Longs], signature: Doubles, /
    ) -> tuple[bytearray, bytearray, bytearray, bytearray]: ...
    def evidence(self, phrases: tuple[Codes, Bytes, Longs, Longs], weights: Floats, out: Floats, /) -> None: ...
    def elsewhere(
        self,
        terms: tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.int32], NDArray[np.int32]],
        usual: Bytes,
        in_title: NDArray[np.bool_],
        out: Doubles,
        /,
    ) -> None: ...

    # sums.c
    def window(self, values: Floats, n: int, reach: int, out: Floats, /) -> None: ...
    def level(self, values: Floats, number: Longs, out: Floats, /) -> None: ...
    def extreme(self, values: Floats, n: int, reach: int, greatest: bool, out: Floats, /) -> None: ...
    def tally(self, characters: tuple[Bytes, Bytes], first: Longs, last: Longs, out: Floats, /) -> None: ...
    def columns(self, columns: list[Floats], out: Floats, /) -> None: ...

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
    ) -> None: ...

    # search.c
    def last_of(self, codes: Codes, first: int, marks: tuple[Codes, ...], /) -> int: ...
    def invisible(self, codes: Codes, most: int, /) -> int: ...
