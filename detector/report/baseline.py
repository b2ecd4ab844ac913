"""Findings that were looked at and accepted, in a file: later runs report what is new."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO

from detector.report.fingerprint import fingerprint
from detector.report.inputs import AuditedInput
from detector.report.report import Finding, Report
from detector.report.safe_text import one_line, safe_json

FORMAT: Final = "detector-baseline-1"
_SHOWN: Final = 80  # characters of a finding, for who reviews the file


class BaselineError(ValueError):
    """A file that is no baseline. The message names it."""


class Baseline:
    """Accepted findings, by fingerprint."""

    def __init__(self, accepted: frozenset[str]) -> None:
        self._accepted = accepted

    def apply(self, inputs: Iterable[AuditedInput]) -> Iterator[AuditedInput]:
        """The same inputs without what is accepted; a page of which nothing is left is clean, and its score stays what it was."""
        for audited in inputs:
            yield self._without_accepted(audited)

    def _without_accepted(self, audited: AuditedInput) -> AuditedInput:
        report = audited.report
        if report is None or report.verdict == "clean":
            return audited
        if not report.findings:
            accepted = fingerprint(audited.name, None) in self._accepted
            return _accepted(audited, report, (), 1) if accepted else audited
        left = tuple(finding for finding in report.findings if fingerprint(audited.name, finding) not in self._accepted)
        if len(left) == len(report.findings):
            return audited
        return _accepted(audited, report, left, len(report.findings) - len(left))


def _accepted(audited: AuditedInput, report: Report, left: tuple[Finding, ...], accepted: int) -> AuditedInput:
    digest = audited.digest
    if not left:
        report, digest = replace(report, verdict="clean"), digest.accepted() if digest is not None else None
    return replace(audited, report=replace(report, findings=left), accepted=accepted, digest=digest)


def read_baseline(path: Path) -> Baseline:
    """Raises BaselineError where the file cannot be read or is no baseline."""
    try:
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise BaselineError(
            f"{path}: cannot be read ({error.strerror}); make it with: detector baseline INPUT... --output {path}"
        ) from None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BaselineError(f"{path}: is no baseline of this version; make it anew with: detector baseline INPUT... --output {path}")
    try:
        return Baseline(frozenset(str(row["fingerprint"]) for row in told["findings"]))
    except (KeyError, TypeError):
        raise BaselineError(f"{path}: is damaged: every finding needs a fingerprint") from None


def write_baseline(inputs: Iterable[AuditedInput], out: TextIO) -> int:
    """Write all findings of the inputs as accepted, in the order of names, one a line; give their number."""
    rows: dict[str, dict[str, Any]] = {}
    for audited in inputs:
        report = audited.report
        if report is None or report.verdict == "clean":
            continue
        for finding in report.findings or (None,):
            row = {"fingerprint": fingerprint(audited.name, finding), "name": audited.name}
            if finding is not None:
                row |= {"category": finding.category, "text": one_line(finding.text[:_SHOWN]).strip()}
            rows[row["fingerprint"]] = row
    lines = [safe_json(row) for row in sorted(rows.values(), key=lambda row: (row["name"], row["fingerprint"]))]
    body = ",\n    ".join(lines)
    out.write(f'{{\n  "format": "{FORMAT}",\n  "findings": [' + (f"\n    {body}\n  " if lines else "") + "]\n}\n")
    return len(lines)
