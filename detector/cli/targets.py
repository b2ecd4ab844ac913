"""``--format NAME`` and ``--format NAME=FILE``: where each form of the report goes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TextIO

import click

from detector.cli.failure import CannotRun


@contextmanager
def open_targets(formats: Sequence[str]) -> Iterator[list[tuple[str, TextIO]]]:
    """(name of the format, stream) for each, files closed at the end. Raises UsageError and CannotRun before anything is written."""
    from detector.report.renderers import RENDERERS

    wanted = [name.partition("=")[::2] for name in formats or ["text"]]
    for name, _ in wanted:
        if name not in RENDERERS:
            raise click.UsageError(f"unknown format {name!r}: choose from {', '.join(RENDERERS)}")
    files = [file for _, file in wanted]
    if len(set(files)) < len(files):
        raise click.UsageError(
            "two formats would go to the same place: give all but one a file of its own, as in --format html=report.html"
        )
    with ExitStack() as stack:
        targets: list[tuple[str, TextIO]] = []
        for name, file in wanted:
            if not file:
                targets.append((name, _stdout(name)))
                continue
            try:
                targets.append((name, stack.enter_context(open(file, "w", encoding="utf-8", newline=""))))
            except OSError as error:
                raise CannotRun(f"{file}: cannot be written ({error.strerror}); choose another file for --format {name}=FILE") from None
        yield targets


def _stdout(name: str) -> TextIO:
    """Standard output; in UTF-8 for what machines read, whatever the console speaks."""
    if name != "text" and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout
