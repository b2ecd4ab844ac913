"""What an audit says: a `Report` with its `Finding`s. Plain frozen data; renderers read it, nothing here computes a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from detector.lazy import cached_property

Verdict = Literal["clean", "suspicious", "injected"]
VERDICTS: Final[tuple[Verdict, ...]] = ("clean", "suspicious", "injected")

SCHEMA_VERSION: Final = "1.0"
CATEGORIES: Final = (
    "adult", "gambling", "pharma", "replica", "loans", "piracy", "game-server", "forged-documents", "essay-mill", "crypto",
    "escort", "seo-service", "prompt-injection", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature that spoke for a finding.

    name: the feature's name in the registry; weight: its share of the decision in log-odds; en, zh: a sentence for people.
    """

    name: str
    weight: float
    en: str
    zh: str

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"name": self.name, "weight": round(self.weight, 4), "en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding stands: 1-based line and column (in characters) of the source, and the path of elements (``html > body > p``)."""

    line: int
    column: int
    path: str

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {"line": self.line, "column": self.column, "path": self.path}


@dataclass(frozen=True, slots=True)
class Finding:
    """One injected stretch of a page: ``report.source[start:end]`` is what stands there, markup and entities included.

    start, end: characters into the source; byte_start, byte_end: bytes into the bytes given, None where text was given;
    text: the stretch as a reader sees it; probability: 0..1; category: one of `CATEGORIES`, a guess with category_probability;
    visibility: "visible" or how it is hidden.
    """

    start: int
    end: int
    byte_start: int | None
    byte_end: int | None
    text: str
    probability: float
    category: str
    category_probability: float
    visibility: str
    location: Location
    reasons: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """``#/$defs/finding`` of ``schema.json``."""
        return {
            "start": self.start,
            "end": self.end,
            "byte_start": self.byte_start,
            "byte_end": self.byte_end,
            "text": self.text,
            "probability": round(self.probability, 6),
            "category": self.category,
            "category_probability": round(self.category_probability, 6),
            "visibility": self.visibility,
            "location": self.location.to_dict(),
            "reasons": [reason.to_dict() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the page that is judged together: a line, a sentence, or a group of short siblings. probability: 0..1."""

    start: int
    end: int
    text: str
    kind: str
    visibility: str
    probability: float


@dataclass(frozen=True)
class Report:
    """The verdict on one page.

    score: calibrated probability (0..1) that the page carries injected content; findings: in page order; source: the decoded text the
    offsets point into; encoding: WHATWG name, None where text was given; limits: named limits that were met (``max-chars``...).
    """

    verdict: Verdict
    score: float
    findings: tuple[Finding, ...]
    source: str = field(repr=False)
    url: str | None = None
    encoding: str | None = None
    limits: tuple[str, ...] = ()
    audited: Any = field(default=None, repr=False, compare=False)  # the scored page, from which blocks and text are drawn when asked for

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block of the page with its place, visibility and probability."""
        return self.audited.blocks() if self.audited is not None else ()

    @cached_property
    def text(self) -> str:
        """Visible text of the page, one line a block, without what was found."""
        return self.audited.visible_text([(f.start, f.end) for f in self.findings]) if self.audited is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """What the JSON renderer writes: see ``detector/report/schema.json``."""
        return {
            "schema": SCHEMA_VERSION,
            "url": self.url,
            "verdict": self.verdict,
            "score": round(self.score, 6),
            "encoding": self.encoding,
            "limits": list(self.limits),
            "findings": [finding.to_dict() for finding in self.findings],
        }
