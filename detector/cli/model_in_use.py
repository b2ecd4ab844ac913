"""The bare model, for commands that look inside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from detector.cli.failure import CannotRun, unreadable, warn
from detector.cli.model_choice import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detector.classifier.model import Model
    from detector.sources import Document, SourceOptions


def model_in_use(asked: str | None) -> Model:
    """The model asked for, or the one that the user chose. Raises CannotRun."""
    from detector.classifier.model import ModelError, load, shipped_path

    try:
        return load(Path(asked) if asked is not None else chosen().path or shipped_path())
    except ModelError as error:
        raise CannotRun(str(error)) from None


class Readable:
    """The documents behind names that could be read; the others are told and counted."""

    def __init__(self, names: Sequence[str], options: SourceOptions) -> None:
        self._names, self._options = names, options
        self.failures = 0

    def __iter__(self) -> Iterator[Document]:
        from detector.sources import open_sources

        for document in open_sources(self._names, self._options):
            if document.error is not None:
                self.failures += 1
                warn(f"{document.name}: {unreadable(document)}")
            else:
                yield document
