"""One JSON document of a run: its inputs, written as they come, and what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import Any, TextIO

from detector.report.inputs import AuditedInput
from detector.report.report import SCHEMA_VERSION
from detector.report.safe_text import safe_json
from detector.report.site.evidence import SiteReport
from detector.report.tally import Tally


class JsonRenderer:
    """``#/$defs/document`` of ``schema.json``."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.tally = Tally()
        self.told: list[dict[str, Any]] | None = None
        out.write(f'{{\n  "schema": "{SCHEMA_VERSION}",\n  "inputs": [')

    def write(self, audited: AuditedInput) -> None:
        """One element of ``inputs``."""
        self.out.write(",\n" if self.tally.pages else "\n")
        self.out.write(indent(safe_json(audited.to_dict(), indent=2), "    "))
        self.tally.add(audited)

    def sites(self, reports: Sequence[SiteReport]) -> None:
        """Keep the verdicts on sites."""
        self.told = [report.to_dict() for report in reports]

    def close(self) -> None:
        """The end of ``inputs``, ``sites`` where there are verdicts, and the ``summary``."""
        self.out.write("\n  ],\n" if self.tally.pages else "],\n")
        if self.told is not None:
            self.out.write(f'  "sites": {indent(safe_json(self.told, indent=2), "  ").lstrip()},\n')
        self.out.write(f'  "summary": {safe_json(self.tally.to_dict())}\n}}\n')
