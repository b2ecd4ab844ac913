"""labels.jsonl: what people say of stretches of their pages. One format for `detector label` and the HTML report's corrections.

The format is `labels.schema.json` beside this file. The page itself is never in it: it stays where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from detector.report.report import CATEGORIES
from detector.training.material import DataError

SCHEMA: Final = Path(__file__).with_name("labels.schema.json")
_KEYS: Final = ("url", "sha256", "start", "end", "text", "label", "category")
_NEEDED: Final = ("url", "start", "end", "text", "label")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Label:
    """One line. page: address, path or name; sha256: of the decoded source in UTF-8, None where unknown; start, end: characters of that
    source, None where the text was pasted; where: file and line it was read from, for errors."""

    page: str
    sha256: str | None
    start: int | None
    end: int | None
    text: str
    spam: bool
    category: str | None = None
    where: str = ""

    def to_json(self) -> str:
        """One line of labels.jsonl, without its end."""
        row: dict[str, Any] = {
            "url": self.page,
            "sha256": self.sha256,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "label": "spam" if self.spam else "clean",
        }
        if self.category is not None:
            row["category"] = self.category
        return json.dumps(row, ensure_ascii=True)  # whatever a page holds, the line can be read on any terminal


def read_labels(paths: Sequence[Path]) -> list[Label]:
    """All lines of all files; empty lines are passed over. Raises DataError that names file and line."""
    labels: list[Label] = []
    for path in paths:
        try:
            with path.open("rb") as lines:
                labels += [_label(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    if not labels:
        raise DataError(f"{', '.join(map(str, paths))}: no labels in it")
    return labels


def append_labels(labels: Sequence[Label], path: Path) -> None:
    """Add lines to a file, which is made where it is missing."""
    with path.open("a", encoding="ascii", newline="\n") as out:
        out.writelines(label.to_json() + "\n" for label in labels)


def _label(line: bytes, where: str) -> Label:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise DataError(f"{where}: is not JSON in UTF-8") from None
    if not isinstance(row, dict):
        raise DataError(f"{where}: must be an object, not {_kind(row)}")
    missing, unknown = [k for k in _NEEDED if k not in row], [k for k in row if k not in _KEYS]
    if missing:
        raise DataError(f"{where}: {', '.join(missing)} is missing")
    if unknown:
        raise DataError(f"{where}: unknown key {unknown[0]!r}: choose from {', '.join(_KEYS)}")
    url, sha256, start, end, text = row["url"], row.get("sha256"), row["start"], row["end"], row["text"]
    if not isinstance(url, str) or not url:
        raise DataError(f"{where}: 'url' must be a text that is not empty, not {_kind(url)}")
    if sha256 is not None and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        raise DataError(f"{where}: 'sha256' must be 64 hexadecimal digits or null")
    if not isinstance(text, str) or not text.strip():
        raise DataError(f"{where}: 'text' must be a text that is not blank, not {_kind(text)}")
    if (start is None) != (end is None):
        raise DataError(f"{where}: 'start' and 'end' must be given both or both be null")
    if start is not None and not (_whole(start) and _whole(end) and 0 <= start < end):
        raise DataError(f"{where}: 'start' and 'end' must be whole numbers with 0 <= start < end, not {start!r} and {end!r}")
    if row["label"] not in ("spam", "clean"):
        raise DataError(f"{where}: 'label' must be 'spam' or 'clean', not {row['label']!r}")
    if row.get("category") not in (None, *CATEGORIES):
        raise DataError(f"{where}: 'category' must be one of {', '.join(CATEGORIES)} or null, not {row['category']!r}")
    return Label(url, sha256, start, end, text, row["label"] == "spam", row.get("category"), where)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", str: "a text", type(None): "null", bool: "true or false"}.get(type(value), "a number")
