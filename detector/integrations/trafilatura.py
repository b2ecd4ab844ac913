"""Trafilatura: the main text of a page without what was slipped into it: clean first, then extract.

>>> from detector.integrations.trafilatura import extract
>>> text = extract(html, url="https://example.com/a", include_comments=False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from detector.auditor import Auditor


def extract(content: bytes | str, url: str | None = None, *, auditor: Auditor | None = None, **options: Any) -> str | None:
    """`trafilatura.extract` of the page without its injected spam; None where there is no main text.

    Cleaned before and not after: links and hidden blocks, by which spam is known, are gone from a text. options: of `trafilatura.extract`.
    """
    import trafilatura

    from detector.integrations.judgement import shared_auditor

    cleaned = (auditor or shared_auditor()).clean(cast("Any", content), url)
    return cast("str | None", trafilatura.extract(cleaned, url=url, **options))
