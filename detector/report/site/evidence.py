"""What a whole-site audit says: a `SiteReport` with its `Evidence`. Plain frozen data, like `detector.report.report`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from detector.report.report import Verdict

Kind = Literal["template", "series", "folder", "brand", "host", "pages"]
KINDS: Final[tuple[Kind, ...]] = ("template", "series", "folder", "brand", "host", "pages")
Strength = Literal["suspicious", "injected"]

MOST_EXAMPLES: Final = 5  # pages named with an evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that stands out over the pages of a site.

    what: the block's beginning, the folder, the pattern of names, the brand or the host, as text of the site: hostile; pages: how many pages
    it is on; found: on how many of them findings touch it; examples: names of pages; where: path of elements of a block, else "";
    visibility: of a block, else "visible"; en, zh: a sentence for people without text of the site.
    """

    kind: Kind
    verdict: Strength
    what: str
    pages: int
    found: int
    examples: tuple[str, ...]
    en: str
    zh: str
    where: str = ""
    visibility: str = "visible"

    def to_dict(self) -> dict[str, Any]:
        """``#/$defs/evidence`` of ``schema.json``."""
        return {
            "kind": self.kind,
            "verdict": self.verdict,
            "what": self.what,
            "pages": self.pages,
            "found": self.found,
            "examples": list(self.examples),
            "where": self.where,
            "visibility": self.visibility,
            "en": self.en,
            "zh": self.zh,
        }


@dataclass(frozen=True, slots=True)
class SiteReport:
    """The verdict on one site. name: its host, "" where pages have no address; pages, injected, suspicious: counts of pages."""

    name: str
    verdict: Verdict
    pages: int
    injected: int
    suspicious: int
    evidence: tuple[Evidence, ...]

    @property
    def templates(self) -> tuple[Evidence, ...]:
        """Blocks that are on many pages and were injected, the most spread first."""
        return tuple(evidence for evidence in self.evidence if evidence.kind == "template")

    def to_dict(self) -> dict[str, Any]:
        """``#/$defs/site`` of ``schema.json``."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "pages": self.pages,
            "injected": self.injected,
            "suspicious": self.suspicious,
            "evidence": [evidence.to_dict() for evidence in self.evidence],
        }
