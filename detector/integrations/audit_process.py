"""A process that audits: pages come in at standard input, verdicts go out at standard output, in order.

It imports no crawler and nothing of the program that starts it, so that it is ready soon and needs no ``if __name__ == "__main__"`` there. It
lives until its input ends, however the one who started it ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from detector.integrations.judgement import judge

if TYPE_CHECKING:
    from detector.auditor import Auditor

_LENGTH: Final = struct.Struct("!Q")
# Arguments to Python. -P: the current folder hides no module.
COMMAND: Final = ("-P", "-c", "from detector.integrations.audit_process import main; main()")
READY: Final = "ready"


class Page(NamedTuple):
    """What one audit takes."""

    content: bytes | str
    url: str | None
    content_type: str | None
    clean: bool


Audited = tuple[dict[str, Any], float]  # what `judge` says, and the seconds that it took


def audited(auditor: Auditor, page: Page) -> Audited:
    """Audit one page. Only plain values come back: a Report would carry the arrays of the whole page."""
    start = perf_counter()
    judged = judge(page.content, page.url, page.content_type, auditor=auditor, clean=page.clean)
    return judged, perf_counter() - start


def framed(value: object) -> bytes:
    """A value as it goes through a pipe."""
    pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(pickled)) + pickled


class Frames:
    """Puts values together again from what a pipe gives, in pieces of any size."""

    def __init__(self) -> None:
        self._held = bytearray()

    def values(self, data: bytes) -> Iterator[Any]:
        """The values that are complete with these further bytes."""
        self._held += data
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            value = pickle.loads(memoryview(self._held)[_LENGTH.size : end].tobytes())
            del self._held[:end]
            yield value


def _read(pipe: IO[bytes]) -> Any:
    """The next value. Raises EOFError where the input ends."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(pipe.read(_LENGTH.unpack(head)[0]))


def _write(pipe: IO[bytes], value: object) -> None:
    pipe.write(framed(value))
    pipe.flush()


def main() -> None:
    """First in: the settings of the auditor; first out: `READY`. Then a verdict for each `Page`."""
    for number in (signal.SIGINT, signal.SIGTERM):  # they mean the crawl, which goes on until its pages are judged
        signal.signal(number, signal.SIG_IGN)
    pages, verdicts = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a word printed by a library must not get between the verdicts
    try:
        settings = _read(pages)
        from detector.auditor import Auditor

        auditor = Auditor(**settings)
        _write(verdicts, READY)
        while True:
            _write(verdicts, audited(auditor, _read(pages)))
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):  # the crawl is over, or was killed in the middle of a page
        return
