"""Coverage-guided fuzzing: ``python -m benchmarks.fuzz_coverage CORPUS -max_len=2000`` runs until it finds something. Needs atheris.

The bytes are the page, after a byte each that chooses its URL and content type; every promise of `benchmarks.hostile.check` is held.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["detector"]):
    from benchmarks.hostile import CONTENT_TYPES, URLS, Input, check, check_segments
    from detector.auditor import Auditor

_AUDITOR = Auditor(threshold=-8.9)


def one_input(data: bytes) -> None:
    """Audit what the fuzzer made, as bytes or, where the first byte is odd, as text."""
    if len(data) < 2:
        return
    content: bytes | str = data[2:] if data[0] & 1 else data[2:].decode("utf-8", "surrogateescape")
    page = Input(content, URLS[data[0] % len(URLS)], CONTENT_TYPES[data[1] % len(CONTENT_TYPES)])
    check(_AUDITOR, page)
    if data[1] & 16:
        check_segments(page)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
