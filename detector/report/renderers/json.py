"""One JSON document of a run: its inputs, written as they come, and what it came to."""

from __future__ import annotations

from textwrap import indent
from typing import TextIO

from detector.report.inputs import AuditedInput
from detector.report.report import SCHEMA_VERSION
from detector.report.safe_text import safe_json
from detector.report.tally import Tally


class JsonRenderer:
    """``#/$defs/document`` of ``schema.json``."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.tally = Tally()
        out.write(f'{{\n  "schema": "{SCHEMA_VERSION}",\n  "inputs": [')

    def write(self, audited: AuditedInput) -> None:
        self.out.write(",\n" if self.tally.pages else "\n")
        self.out.write(indent(safe_json(audited.to_dict(), indent=2), "    "))
        self.tally.add(audited)

    def close(self) -> None:
        self.out.write("\n  ],\n" if self.tally.pages else "],\n")
        self.out.write(f'  "summary": {safe_json(self.tally.to_dict())}\n}}\n')
