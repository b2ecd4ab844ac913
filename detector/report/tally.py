"""What a run came to, counted while its inputs pass by, and the exit code that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from detector.report.inputs import AuditedInput
from detector.report.report import Verdict

EXIT_CLEAN: Final = 0
EXIT_FOUND: Final = 1
EXIT_USAGE: Final = 2  # click's own for a wrong command line
EXIT_UNREADABLE: Final = 3


class Tally:
    """Counts of a run: inputs by status, findings, those that a baseline accepted, and seconds of auditing. Of constant size, however many inputs pass."""

    def __init__(self) -> None:
        self.inputs: dict[str, int] = {"injected": 0, "suspicious": 0, "clean": 0, "unreadable": 0}
        self.findings = 0
        self.accepted = 0
        self.seconds = 0.0

    def add(self, audited: AuditedInput) -> None:
        """Count one input."""
        self.inputs[audited.status] += 1
        self.seconds += audited.seconds
        self.accepted += audited.accepted
        if audited.report is not None:
            self.findings += len(audited.report.findings)

    def watch(self, inputs: Iterable[AuditedInput]) -> Iterator[AuditedInput]:
        """The same inputs, each counted as it passes."""
        for audited in inputs:
            self.add(audited)
            yield audited

    @property
    def pages(self) -> int:
        """How many inputs there were, unreadable ones included."""
        return sum(self.inputs.values())

    def exit_code(self, fail_on: Literal["suspicious", "injected"] = "injected", sites: Iterable[Verdict] = ()) -> int:
        """1 where a page, or the verdict on a site, is at or above `fail_on`, else 3 where an input could not be read, else 0.

        What was found outweighs what could not be read: a broken link next to an injected page must not hide the injection.
        """
        found = self.inputs["injected"] + (self.inputs["suspicious"] if fail_on == "suspicious" else 0)
        counted = {"injected"} if fail_on == "injected" else {"injected", "suspicious"}
        if found or counted & set(sites):
            return EXIT_FOUND
        return EXIT_UNREADABLE if self.inputs["unreadable"] else EXIT_CLEAN

    def to_dict(self) -> dict[str, Any]:
        """``#/$defs/summary`` of ``schema.json``."""
        counts = {"pages": self.pages, **self.inputs, "findings": self.findings}
        if self.accepted:
            counts["accepted"] = self.accepted
        return {**counts, "seconds": round(self.seconds, 3)}
