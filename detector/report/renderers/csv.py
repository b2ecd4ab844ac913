"""CSV for spreadsheets: a row for every finding, and one for every input without any."""

from __future__ import annotations

import csv
import re
from typing import Final, TextIO

from detector.report.inputs import AuditedInput
from detector.report.safe_text import one_line

COLUMNS: Final = (
    "name", "url", "status", "score", "error", "line", "column", "path", "start", "end", "byte_start", "byte_end",
    "probability", "category", "category_probability", "visibility", "text", "reasons",
)  # fmt: skip

# What makes a spreadsheet take a cell for a formula, in half and full width.
_FORMULA = re.compile(r"[=+\-@|%＝＋－＠]")

_Cell = str | int | float | None


class CsvRenderer:
    """UTF-8, one line a row. Text of the page is safe to open: a cell that would be taken for a formula begins with an apostrophe."""

    def __init__(self, out: TextIO) -> None:
        self.rows = csv.writer(out, lineterminator="\n")
        self.rows.writerow(COLUMNS)

    def write(self, audited: AuditedInput) -> None:
        """A row for each finding, or one for an input without."""
        report = audited.report
        if report is None:
            self._row([audited.name, None, audited.status, None, audited.error])
            return
        page: list[_Cell] = [audited.name, report.url, report.verdict, round(report.score, 6), None]
        if not report.findings:
            self._row(page)
        for f in report.findings:
            place: list[_Cell] = [f.location.line, f.location.column, f.location.path, f.start, f.end, f.byte_start, f.byte_end]
            kind: list[_Cell] = [round(f.probability, 6), f.category, round(f.category_probability, 6), f.visibility]
            self._row([*page, *place, *kind, f.text, "; ".join(f"{reason.name} {reason.weight:+.2f}" for reason in f.reasons)])

    def _row(self, cells: list[_Cell]) -> None:
        self.rows.writerow([_cell(cell) if isinstance(cell, str) else cell for cell in cells] + [None] * (len(COLUMNS) - len(cells)))

    def close(self) -> None:
        """Nothing: the last row is the end."""


def _cell(text: str) -> str:
    line = one_line(text).strip()
    return "'" + line if _FORMULA.match(line) else line
