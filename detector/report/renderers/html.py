"""HTML: one file to look at, with the pages, their text with the spam marked, and charts, in English and Chinese.

Nothing of an audited page can run in it. Page text reaches the file as JSON in a data block, in which ``<``, ``>`` and ``&`` are escaped, and the
document only by ``textContent``; a content security policy admits the report's own script and style by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final, TextIO

from detector.report.excerpt import passages
from detector.report.inputs import AuditedInput
from detector.report.report import Finding, Report
from detector.report.safe_text import safe_json
from detector.report.site.evidence import SiteReport
from detector.report.tally import Tally
from detector.report.version import tool_version
from detector.report.wording import CATEGORY, EVIDENCE, STATUS, VISIBILITY, is_hidden

# Bounds of the file: what a browser opens at once and a person can look through.
_PAGES_LISTED: Final = {"injected": 10_000, "suspicious": 5_000, "unreadable": 2_000, "clean": 2_000}
_CHARACTERS_OF_PAGES: Final = 24_000_000  # when they are used up, pages are listed without their text
_FINDINGS_OF_PAGE: Final = 60
_AROUND: Final = 320  # characters of source shown on each side of a finding
_LONGEST_FINDING: Final = 1_600  # characters of source of a finding shown whole
_EVIDENCE_OF_SITE: Final = 100
_LONGEST_NAME: Final = 2_000
_LONGEST_TEXT: Final = 4_000
_REASONS_OF_FINDING: Final = 8
_SCRIPTS: Final = ("words", "document", "corrections", "charts", "sites", "list", "page", "start")


class HtmlRenderer:
    """Keeps a bounded record of each page as JSON text, never its source, and writes the file at the end."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.tally = Tally()
        self.listed: Counter[str] = Counter()
        self.kinds: Counter[tuple[str, bool]] = Counter()  # findings by category, and whether they are hidden
        self.places: Counter[str] = Counter()  # findings by visibility
        self.pages: list[str] = []
        self.characters = 0
        self.told: list[dict[str, Any]] = []

    def write(self, audited: AuditedInput) -> None:
        """Count one input, and keep its page while there is room for it."""
        self.tally.add(audited)
        for finding in audited.report.findings if audited.report else ():
            self.kinds[finding.category, is_hidden(finding.visibility)] += 1
            self.places[finding.visibility] += 1
        if self.listed[audited.status] < _PAGES_LISTED[audited.status]:
            self.listed[audited.status] += 1
            page = _embeddable(_page(audited, with_text=self.characters < _CHARACTERS_OF_PAGES))
            self.characters += len(page)
            self.pages.append(page)

    def sites(self, reports: Sequence[SiteReport]) -> None:
        """Keep the verdicts on sites."""
        self.told = [report.to_dict() | {"evidence": [e.to_dict() for e in report.evidence[:_EVIDENCE_OF_SITE]]} for report in reports]

    def close(self) -> None:
        """Write the whole document."""
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup

        environment = Environment(loader=PackageLoader("detector.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        style, script = _template("report.css"), _script()
        chunks = environment.get_template("report.html.jinja").generate(
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            run=Markup(_embeddable(self._run())),
            pages=map(Markup, self.pages),
            tally=self.tally,
        )
        self.out.writelines(chunks)

    def _run(self) -> dict[str, Any]:
        categories = Counter({category: 0 for category, _ in self.kinds})
        for (category, _), count in self.kinds.items():
            categories[category] += count
        return {
            "version": tool_version(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": self.tally.to_dict(),
            "unlisted": {status: count - self.listed[status] for status, count in self.tally.inputs.items()},
            "categories": [{"name": name, "count": count, "hidden": self.kinds[name, True]} for name, count in categories.most_common(20)],
            "places": [
                {"name": name, "count": count, "hidden": count if is_hidden(name) else 0} for name, count in self.places.most_common(30)
            ],
            "sites": self.told,
            "wording": {
                "status": STATUS,
                "evidence": EVIDENCE,
                "category": CATEGORY,
                "visibility": {
                    state: {"name": name, "explanation": explanation, "hidden": is_hidden(state)}
                    for state, (name, explanation) in VISIBILITY.items()
                },
            },
        }


def _page(audited: AuditedInput, with_text: bool) -> dict[str, Any]:
    page: dict[str, Any] = {"name": audited.name[:_LONGEST_NAME], "status": audited.status, "seconds": round(audited.seconds, 3)}
    report = audited.report
    if report is None:
        return page | {"error": (audited.error or "")[:_LONGEST_TEXT]}
    shown = report.findings[:_FINDINGS_OF_PAGE]
    page |= {
        "url": report.url[:_LONGEST_NAME] if report.url else None,
        "sha256": hashlib.sha256(report.source.encode("utf-8", "surrogatepass")).hexdigest(),
        "score": round(report.score, 4),
        "encoding": report.encoding,
        "limits": list(report.limits),
        "count": len(report.findings),
        "findings": [_finding(finding) for finding in shown],
    }
    if with_text and shown:
        page["passages"] = _passages(report, shown)
    return page


def _finding(finding: Finding) -> dict[str, Any]:
    return finding.to_dict() | {
        "text": finding.text[:_LONGEST_TEXT],
        "reasons": [reason.to_dict() for reason in finding.reasons[:_REASONS_OF_FINDING]],
    }


def _passages(report: Report, shown: tuple[Finding, ...]) -> list[list[Any]]:
    """Each as [cut before, pieces, cut after], a piece as [start, end, text, number of its finding or -1, gap].

    There may be many, and names would double the file.
    """
    return [
        [
            passage.cut_before,
            [[piece.start, piece.end, piece.text, -1 if piece.finding is None else piece.finding, piece.gap] for piece in passage.pieces],
            passage.cut_after,
        ]
        for passage in passages(report, shown, _AROUND, _LONGEST_FINDING)
    ]


def _embeddable(value: Any) -> str:
    """JSON that may stand in a data block of an HTML file: nothing in it can end the block, open a comment or start a tag."""
    return safe_json(value).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _template(name: str) -> str:
    return files("detector.report").joinpath("templates", *name.split("/")).read_text("utf-8")


def _script() -> str:
    """The scripts as one, in a scope of their own."""
    return '(() => {\n"use strict";\n' + "\n".join(_template(f"scripts/{name}.js") for name in _SCRIPTS) + "})();\n"


def _policy(style: str, script: str) -> str:
    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {source(script)}; style-src {source(style)}; img-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
