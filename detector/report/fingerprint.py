"""A finding's identity from run to run: the same injected text on the same page, wherever on the page it has moved."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from detector.report.report import Finding


def fingerprint(name: str, finding: Finding | None) -> str:
    """32 hexadecimal digits of the input's name and the finding's text; white space, place, category and model do not count.

    ``./a.html`` and ``a.html`` are one name. finding: None for a page that is injected as a whole.
    """
    path = name if "://" in name else PurePath(name).as_posix()
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    if finding is not None:
        digest.update("".join(finding.text.split()).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
