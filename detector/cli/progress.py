"""Progress on standard error: how many pages, how fast, how many found. Only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Final

from detector.report.inputs import AuditedInput
from detector.report.tally import Tally

_EVERY: Final = 0.2  # seconds
_ERASE: Final = "\r\x1b[K"


def with_progress(inputs: Iterable[AuditedInput], tally: Tally, shown: bool) -> Iterator[AuditedInput]:
    """The same inputs. The line is wiped before each is handed on, since the report may go to the same terminal."""
    if not (shown and sys.stderr.isatty()):
        yield from inputs
        return
    start, due = monotonic(), 0.0
    on_screen = False
    try:
        for audited in inputs:
            if on_screen:
                sys.stderr.write(_ERASE)
                sys.stderr.flush()
                on_screen = False
            yield audited
            now = monotonic()
            if now >= due:
                due = now + _EVERY
                sys.stderr.write(progress_line(tally, now - start))
                sys.stderr.flush()
                on_screen = True
    finally:
        if on_screen:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()


def progress_line(tally: Tally, seconds: float) -> str:
    """``1,234 pages, 56.7 pages/s, 3 injected``; seconds: since the run began."""
    counts = ", ".join(f"{count:,} {status}" for status, count in tally.inputs.items() if count and status != "clean")
    rate = tally.pages / max(seconds, 1e-3)
    return f"{tally.pages:,} pages, {rate:,.1f} pages/s" + (f", {counts}" if counts else "")
