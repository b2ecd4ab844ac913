"""One input of a run and what came of it: what every renderer takes a stream of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from detector.report.report import Report

if TYPE_CHECKING:
    from detector.report.site.digest import PageDigest

Status = Literal["clean", "suspicious", "injected", "unreadable"]


@dataclass(frozen=True, slots=True)
class AuditedInput:
    """A page by its name, with the report on it or the error for which there is none.

    name: how the user would find it again (path, URL, archive and record); error: a sentence for people; seconds: time the audit took;
    accepted: findings that a baseline left out of the report; digest: for the verdict on the site, where asked for. Raises ValueError unless exactly one of report and error is given.
    """

    name: str
    report: Report | None
    error: str | None
    seconds: float
    accepted: int = 0
    digest: PageDigest | None = None

    def __post_init__(self) -> None:
        if (self.report is None) == (self.error is None):
            raise ValueError("an audited input has either a report or an error")

    @property
    def status(self) -> Status:
        """The verdict, or "unreadable"."""
        return "unreadable" if self.report is None else self.report.verdict

    def to_dict(self) -> dict[str, Any]:
        """A row of the JSONL renderer: ``#/$defs/input`` of ``schema.json``."""
        row: dict[str, Any] = {"name": self.name, "seconds": round(self.seconds, 6), "error": self.error}
        if self.accepted:
            row["accepted"] = self.accepted
        return row if self.report is None else row | self.report.to_dict()
