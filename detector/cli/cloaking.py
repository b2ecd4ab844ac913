"""``detector audit URL --cloaking``: a URL as a browser is served it, and what only search engines or their visitors are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from detector.cli.auditing import PageAuditor, audit_document
from detector.page.decoding import decode
from detector.report.cloaking import Served, cloaked
from detector.report.comparison import Compared
from detector.report.inputs import AuditedInput
from detector.report.report import Report
from detector.sources import Document, SourceOptions
from detector.sources.site import host_of
from detector.sources.visitors import BROWSER, OTHERS, fetch_as


def audit_as_visitors(auditor: PageAuditor, urls: Sequence[str], options: SourceOptions) -> Iterator[AuditedInput]:
    """For each URL: the audit of a browser's copy, then one input for each other visitor, with what only they are given."""
    for url in urls:
        document = fetch_as(url, BROWSER, options)
        audited = audit_document(auditor, document)
        yield audited
        if audited.report is None:
            continue
        served = [(visitor, fetch_as(url, visitor, options)) for visitor in OTHERS]
        again = fetch_as(url, BROWSER, options)
        seen = [_served(audited.report, document)]
        if again.content:
            seen.append(_served(Report("clean", 0.0, (), decode(again.content, again.content_type).text, again.url), again))
        for visitor, copy in served:
            judged = audit_document(auditor, copy)
            name = f"{copy.name} (as {visitor.name})"
            if judged.report is not None:
                judged = replace(judged, report=cloaked(_served(judged.report, copy), seen, visitor.name))
            yield replace(judged, name=name)


def _served(report: Report, document: Document) -> Served:
    offset = decode(document.content, document.content_type).byte_offset
    return Served(Compared(report, document.content_type), host_of(document.url or ""), offset)
