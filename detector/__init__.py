"""Find spam injected into web pages, to the character.

>>> import detector
>>> report = detector.audit(html)          # bytes or str, HTML or plain text
>>> report.verdict, [f.text for f in report.findings]
>>> detector.clean(html)                   # the page without what was found
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from detector.report.report import CATEGORIES, Block, Finding, Location, Reason, Report

if TYPE_CHECKING:
    from detector.auditor import Auditor as Auditor
    from detector.segmentation.tokens import SegmentedPage

Content = TypeVar("Content", bytes, str)

__all__ = ["CATEGORIES", "Auditor", "Block", "Finding", "Location", "Reason", "Report", "audit", "clean", "segment"]


def __getattr__(name: str) -> object:
    if name == "Auditor":  # numpy and the model are loaded when first needed
        from detector.auditor import Auditor

        return Auditor
    raise AttributeError(f"module 'detector' has no attribute {name!r}")


@lru_cache(maxsize=1)
def _auditor() -> Auditor:
    from detector.auditor import Auditor

    return Auditor()


def audit(content: bytes | str, url: str | None = None, content_type: str | None = None) -> Report:
    """Audit one page with the shipped model at a false-alarm rate of 1 in 1,000. Never raises on content.

    content: HTML or plain text; url: the page's address, by which own and foreign links are told apart; content_type: the HTTP header.
    """
    return _auditor().audit(content, url, content_type)


def clean(content: Content, url: str | None = None, content_type: str | None = None) -> Content:
    """The content without the injected spam: same type, all else byte for byte as it was."""
    return _auditor().clean(content, url, content_type)


def segment(content: bytes | str, content_type: str | None = None) -> SegmentedPage:
    """Blocks of a page and their tokens, with offsets into the source. Needs no model."""
    from detector.segmentation.tokens import segment_page

    return segment_page(content, content_type)
