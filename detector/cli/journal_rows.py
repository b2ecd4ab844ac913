"""A result as a row of the file of ``--resume``, and back: figures to their last digit, the page's source by its document."""

from __future__ import annotations

import base64
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Final

from detector.page.decoding import decode
from detector.report.inputs import AuditedInput
from detector.report.report import Block, Finding, Location, Reason, Report
from detector.report.site.digest import PageDigest
from detector.sources import Document, SourceError

KEPT: Final = b'{"kept":'  # how a row begins that keeps its page


def to_row(audited: AuditedInput, digest: str, keep: Document | None) -> dict[str, Any]:
    """digest: of the document; keep: the document itself, where it cannot be read again."""
    row: dict[str, Any] = {} if keep is None else {"kept": _packed(keep)}
    row |= {"name": audited.name, "digest": digest, "seconds": audited.seconds, "error": audited.error}
    report = audited.report
    if report is not None:
        row["report"] = {
            "verdict": report.verdict,
            "score": report.score,
            "url": report.url,
            "encoding": report.encoding,
            "limits": report.limits,
            "findings": [asdict(finding) for finding in report.findings],
            # of the blocks, what renderers show around a finding
            "blocks": [[b.start, b.end, b.visibility] for b in report.blocks] if report.findings else [],
        }
    if audited.digest is not None:
        row["digested"] = audited.digest.to_dict()
    return row


def from_row(row: dict[str, Any], document: Document, max_chars: int) -> AuditedInput:
    """The result of `to_row`. document: the same as then; max_chars: of its text, as the auditor cuts it."""
    told = row.get("report")
    if told is None:
        return AuditedInput(row["name"], None, row["error"], row["seconds"])
    report = Report(
        verdict=told["verdict"],
        score=told["score"],
        findings=tuple(_finding(finding) for finding in told["findings"]),
        source=decode(document.content, document.content_type).text[:max_chars],
        url=told["url"],
        encoding=told["encoding"],
        limits=tuple(told["limits"]),
        audited=_Blocks(tuple(Block(start, end, "", "", state, 0.0) for start, end, state in told["blocks"])),
    )
    digest = PageDigest.from_dict(row["digested"]) if "digested" in row else None
    return AuditedInput(row["name"], report, None, row["seconds"], digest=digest)


def kept_document(row: dict[str, Any]) -> Document:
    """The page that a row keeps."""
    kept = row["kept"]
    error = None if kept["error"] is None else SourceError(*kept["error"])
    return Document(row["name"], zlib.decompress(base64.b64decode(kept["content"])), kept["url"], kept["content_type"], error)


@dataclass(frozen=True)
class _Blocks:
    """Where the blocks of a page are, and whether they are seen; their text is not kept."""

    placed: tuple[Block, ...]

    def blocks(self) -> tuple[Block, ...]:
        return self.placed

    def visible_text(self, _: object) -> str:
        return ""


def _packed(document: Document) -> dict[str, Any]:
    error = document.error
    return {
        "content": base64.b64encode(zlib.compress(document.content, 3)).decode(),
        "url": document.url,
        "content_type": document.content_type,
        "error": None if error is None else [error.name, error.detail],
    }


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**told | {"location": Location(**told["location"]), "reasons": tuple(Reason(**reason) for reason in told["reasons"])})
