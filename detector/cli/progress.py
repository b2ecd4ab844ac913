"""Progress on standard error: how many pages, how fast, how many found, how long it will take. Only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Final

from detector.report.inputs import AuditedInput
from detector.report.tally import Tally

if TYPE_CHECKING:
    from detector.cli.extent import Extent

_EVERY: Final = 0.2  # seconds
_TELLING: Final = 0.01  # share of a run from which it tells how long the rest will take
_ERASE: Final = "\r\x1b[K"


def with_progress(
    inputs: Iterable[AuditedInput], tally: Tally, shown: bool, extent: Callable[[], Extent] | None = None
) -> Iterator[AuditedInput]:
    """The same inputs. extent: of the whole run, asked for only where there is a terminal. The line is wiped before each is handed on, since the report may go to the same terminal."""
    if not (shown and sys.stderr.isatty()):
        yield from inputs
        return
    whole = extent() if extent is not None else None
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
                sys.stderr.write(progress_line(tally, now - start, whole.share(audited.name) if whole is not None else None))
                sys.stderr.flush()
                on_screen = True
    finally:
        if on_screen:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()


def progress_line(tally: Tally, seconds: float, share: float | None = None) -> str:
    """``1,234 pages, 56.7 pages/s, 3 injected, 40 % done, 1:05 left``; seconds: since the run began; share: of the run, 0 … 1."""
    counts = ", ".join(f"{count:,} {status}" for status, count in tally.inputs.items() if count and status != "clean")
    rate = tally.pages / max(seconds, 1e-3)
    left = "" if share is None or share < _TELLING else f", {share:.0%} done, {_clock(seconds * (1 - share) / share)} left"
    return f"{tally.pages:,} pages, {rate:,.1f} pages/s" + (f", {counts}" if counts else "") + left


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
