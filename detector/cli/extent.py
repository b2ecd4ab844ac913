"""How far a run over files has come, by bytes: what the remaining time is told by."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from detector.sources import SourceOptions
from detector.sources.document import printable
from detector.sources.files import files_below


class Extent:
    """The files behind the inputs, in the order in which they are read. Nothing of them is kept but the total of their sizes.

    known: whether all inputs are on disk; of the web and of standard input no one knows how much there is.
    """

    def __init__(self, inputs: Sequence[str], options: SourceOptions) -> None:
        self.known = not any(name == "-" or name.lower().startswith(("http://", "https://")) for name in inputs)
        self._total = sum(size for _, size in _files(inputs, options)) if self.known else 0
        self._files = _files(inputs, options) if self.known else iter(())
        self._before = 0  # bytes of the files before the current one
        self._name, self._size = "", 0

    def share(self, name: str) -> float | None:
        """0 … 1 of all bytes lie before the document of this name, or None where that is not known. Names are asked for in their order."""
        if not self._total:
            return None
        file, _, place = name.rpartition("#")
        while self._name not in (name, file):
            self._before += self._size
            self._name, self._size = next(self._files, (name, 0))
        inside = min(int(place), self._size) if self._name == file and place.isdigit() and _counts_bytes(file) else 0
        return min(1.0, (self._before + inside) / self._total)


def _counts_bytes(name: str) -> bool:
    """Whether documents of a file are named by their offset; in tables it is the row."""
    return name.lower().endswith((".warc", ".warc.gz", ".wet", ".wet.gz"))


def _files(inputs: Sequence[str], options: SourceOptions) -> Iterator[tuple[str, int]]:
    for name in inputs:
        if os.path.isdir(name):
            for entry in files_below(name, options):
                yield _sized(entry) if isinstance(entry, Path) else (entry.name, 0)
        elif glob.has_magic(name) and not os.path.lexists(name):
            yield from (_sized(Path(path)) for path in sorted(glob.iglob(name, recursive=True)) if not os.path.isdir(path))
        else:
            yield _sized(Path(name))


def _sized(path: Path) -> tuple[str, int]:
    try:
        return printable(os.fspath(path)), path.stat().st_size
    except (OSError, ValueError):
        return printable(os.fspath(path)), 0
