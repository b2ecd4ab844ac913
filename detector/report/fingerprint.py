"""A finding's identity from run to run: the same injected text on the same page, wherever on the page it has moved."""

from __future__ import annotations

import hashlib

from detector.report.report import Finding


def fingerprint(name: str, finding: Finding) -> str:
    """32 hexadecimal digits of the input's name and the finding's text; white space, place, category and model do not count."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update("".join(finding.text.split()).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]
