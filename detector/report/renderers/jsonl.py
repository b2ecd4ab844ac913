"""JSON Lines: a row for every input, as soon as it is audited."""

from __future__ import annotations

from typing import TextIO

from detector.report.inputs import AuditedInput
from detector.report.safe_text import safe_json


class JsonlRenderer:
    """Each row is ``#/$defs/input`` of ``schema.json``, written whole in one call, so that a killed run ends with at most one cut row."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def write(self, audited: AuditedInput) -> None:
        """One line."""
        self.out.write(safe_json(audited.to_dict()) + "\n")

    def close(self) -> None:
        """Nothing: the last row is the end."""
