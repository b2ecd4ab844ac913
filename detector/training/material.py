"""The labelled texts and phrase lists of ``training_data/``, read and checked."""

from __future__ import annotations

import csv
import hashlib
import json
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detector.report.report import CATEGORIES

FOLDS: Final = 6
_CATEGORY_NAMES: Final = {
    "casino": "gambling", "lottery": "gambling", "invoice": "forged-documents", "forged-docs": "forged-documents", "loan": "loans", "essay": "essay-mill", "ghost-writing": "essay-mill",
    "drugs": "pharma", "medical-ad": "pharma", "supplement": "pharma", "seo": "seo-service", "warez": "piracy", "streaming": "piracy", "pirated-software": "piracy", "hot-search": "adult",
    "dating": "escort", "crypto-fraud": "crypto", "account-selling": "other", "surrogacy": "other",
}  # fmt: skip
KINDS: Final = (
    "title", "heading", "sentence", "paragraph", "article", "list", "nav", "footer", "breadcrumb", "tagcloud", "caption", "alt", "meta", "comment", "code", "notice", "table", "dump", "doorway",
)  # fmt: skip


class DataError(ValueError):
    """Training data that cannot be used. The message names the file and the line."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One row of training_data/texts: see the DATASHEET. category is None for clean rows; fold: 0..FOLDS-1, fixed by the text."""

    text: str
    spam: bool
    category: str | None
    language: str
    kind: str
    origin: str
    fold: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """One spam keyword phrase. fold: 0..FOLDS-1, the same for all phrases of a source."""

    text: str
    category: str
    observed: bool
    language: str
    fold: int


def fold_of(key: str, folds: int = FOLDS) -> int:
    """A fold that depends on the key alone."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") % folds


def read_texts(folder: Path) -> list[LabelledText]:
    """All rows of folder/*.jsonl. Raises DataError that names file and line."""
    rows: list[LabelledText] = []
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                rows.append(_labelled(line, path, number))
    if not rows:
        raise DataError(f"{folder}: no labelled texts (*.jsonl) here")
    return rows


def _labelled(line: str, path: Path, number: int) -> LabelledText:
    where = f"{path}:{number}"
    try:
        row = json.loads(line)
        text, label, category, kind = row["text"], row["label"], row.get("category"), row.get("kind", "paragraph")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{where}: not a labelled text: {error!r}") from None
    if not isinstance(text, str) or not text.strip():
        raise DataError(f"{where}: 'text' must be a string that is not empty")
    if label not in ("clean", "spam"):
        raise DataError(f"{where}: 'label' must be 'clean' or 'spam', not {label!r}")
    if label == "spam" and category not in CATEGORIES:
        raise DataError(f"{where}: 'category' must be one of {', '.join(CATEGORIES)}, not {category!r}")
    if kind not in KINDS:
        raise DataError(f"{where}: 'kind' must be one of {', '.join(KINDS)}, not {kind!r}")
    return LabelledText(
        text, label == "spam", category if label == "spam" else None, row.get("lang", "und"), kind, path.stem, fold_of(text)
    )


def read_phrases(folder: Path) -> list[Phrase]:
    """All rows of folder/*.tsv, distinct, 2 to 80 characters. Raises DataError that names the file."""
    found: dict[str, Phrase] = {}
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                if not row.get("phrase") or not row.get("category"):
                    raise DataError(f"{path}:{number}: needs the columns phrase and category")
                text = unicodedata.normalize("NFC", row["phrase"].strip())
                name = row["category"].split()[0]
                category = _CATEGORY_NAMES.get(name, name)
                if category not in CATEGORIES:
                    raise DataError(f"{path}:{number}: unknown category {name!r}")
                if 2 <= len(text) <= 80 and text not in found:
                    language = row.get("variant") or "und"
                    found[text] = Phrase(
                        text,
                        category,
                        row.get("kind", "observed") == "observed",
                        language,
                        fold_of((row.get("source") or text).split(" ")[0]),
                    )
    return sorted(found.values(), key=lambda p: p.text)


def counts(data: Path) -> str:
    """What a training_data folder holds, as a table in Markdown. Raises DataError."""
    texts, phrases = read_texts(data / "texts"), read_phrases(data / "phrases")
    lines = ["| file of `texts/` | spam | clean | languages |", "|---|---|---|---|"]
    for origin in sorted({t.origin for t in texts}):
        mine = [t for t in texts if t.origin == origin]
        spam = sum(t.spam for t in mine)
        languages = Counter(t.language for t in mine)
        lines.append(f"| `{origin}` | {spam:,} | {len(mine) - spam:,} | {_listed(languages)} |")
    spam = sum(t.spam for t in texts)
    lines += [f"| all | {spam:,} | {len(texts) - spam:,} | {len({t.language for t in texts})} languages |", ""]
    lines += ["| category | texts | phrases |", "|---|---|---|"]
    of_texts, of_phrases = Counter(t.category for t in texts if t.spam), Counter(p.category for p in phrases)
    lines += [f"| {category} | {of_texts[category]:,} | {of_phrases[category]:,} |" for category in CATEGORIES]
    return "\n".join(lines)


def _listed(languages: Counter[str]) -> str:
    named = [f"{language} {count}" for language, count in languages.most_common(3)]
    return ", ".join(named) + (f" and {len(languages) - 3} more" if len(languages) > 3 else "")


if __name__ == "__main__":
    import sys

    print(counts(Path(sys.argv[1] if len(sys.argv) > 1 else "training_data")))
