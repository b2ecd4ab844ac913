"""``detector compare``: two copies of one page, and what only one of them has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from detector.cli.audit_options import audit_options
from detector.cli.config import Configured
from detector.cli.failure import unreadable, warn
from detector.cli.model_options import AuditorOptions, make_auditor
from detector.cli.source_options import make_source_options

if TYPE_CHECKING:
    from detector.report.comparison import OneSided
    from detector.report.report import Report
    from detector.sources import Document, SourceOptions

EPILOG: Final = """\b
Examples:
  detector compare as-googlebot.html as-browser.html
  detector compare saved-last-year.html https://example.com/
  curl -sA Googlebot https://example.com | detector compare - https://example.com --format json

Exit codes: 0 no copy has spam that the other lacks; 1 one has, at or above --fail-on; 2 usage; 3 a copy could not be read."""

_SHOWN: Final = 40  # differences of one copy in the text report
_LONGEST: Final = 200  # characters of one of them
_LEVEL: Final = {"clean": 0, "suspicious": 1, "injected": 2}


@click.command(cls=Configured, epilog=EPILOG, short_help="Show what only one of two copies has.")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to write the comparison."
)
@click.option(
    "--fail-on",
    type=click.Choice(["suspicious", "injected"]),
    default="injected",
    show_default=True,
    help="The verdict on what only one copy has from which on the exit code is 1.",
)
@audit_options
def command(
    first: str,
    second: str,
    form: str,
    fail_on: Literal["suspicious", "injected"],
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Compare two copies of a page, A as a search engine was given it and B as a browser was, or A of today and B of last year.

    A and B are a file, a URL or - for standard input. Texts go by their letters, wherever on the page they stand; digits are all alike.
    """
    if first == second == "-":
        raise click.UsageError("standard input can be one of the two copies only")
    auditor = make_auditor(asked)
    options = make_source_options(**source)

    from detector.cli.auditing import audit_document
    from detector.report.comparison import Compared

    copies: list[Compared] = []
    for name in (first, second):
        document = _only_document(name, options)
        audited = audit_document(auditor, document)
        if audited.report is None:
            warn(f"{audited.name}: {audited.error}")
            continue
        if document.error is not None:
            warn(f"{document.name}: {unreadable(document)}")
        copies.append(Compared(audited.report, document.content_type))
    if len(copies) < 2:
        raise click.exceptions.Exit(3)
    a, b = copies
    sides = [(first, a.report, a.against([b])), (second, b.report, b.against([a]))]
    (_write_json if form == "json" else _write_text)(sides)
    worst = max(_LEVEL[report.verdict] for _, report, side in sides if side.findings) if any(s.findings for _, _, s in sides) else 0
    raise click.exceptions.Exit(1 if worst >= _LEVEL[fail_on] else 0)


def _only_document(name: str, options: SourceOptions) -> Document:
    from detector.sources import open_sources

    documents = open_sources([name], options)
    document = next(documents)
    if next(documents, None) is not None:
        raise click.UsageError(f"{name}: more than one page; a copy is one page")
    return document


def _verdict(report: Report, side: OneSided) -> str:
    return report.verdict if side.findings else "clean"


def _write_json(sides: list[tuple[str, Report, OneSided]]) -> None:
    from detector.report.safe_text import safe_json

    copies = [
        {
            "name": name,
            "verdict": report.verdict,
            "score": round(report.score, 6),
            "verdict_of_differences": _verdict(report, side),
            "share": round(side.share, 6),
            "differences": [difference.to_dict() for difference in side.differences],
            "findings": [finding.to_dict() for finding in side.findings],
        }
        for name, report, side in sides
    ]
    click.echo(safe_json({"schema": "1.0", "copies": copies}, indent=2))


def _write_text(sides: list[tuple[str, Report, OneSided]]) -> None:
    from detector.report.safe_text import one_line
    from detector.report.terminal import Painter, language
    from detector.report.wording import STATUS, is_hidden, visibility_words

    spoken = language()
    painter = Painter(sys.stdout)
    for name, report, side in sides:
        name = one_line(name)
        verdict = STATUS[_verdict(report, side)][spoken]
        count = len(side.differences)
        texts = "1 text" if count == 1 else f"{count} texts"
        painter.line((name, "bold"), (f"  {texts} that the other lacks, {side.share:.1%} of its letters: {verdict}", ""))
        # the most suspicious ones are kept where there are too many, in page order
        kept = sorted(sorted(range(count), key=lambda i: (not side.differences[i].found, -side.differences[i].probability))[:_SHOWN])
        for d in (side.differences[i] for i in kept):
            text = d.text if len(d.text) <= _LONGEST else d.text[:_LONGEST] + "…"
            hidden = f"  {visibility_words(d.visibility)[0][spoken]}" if is_hidden(d.visibility) else ""
            painter.line(
                (f"  {name}:{d.location.line}:{d.location.column}", "cyan"),
                (f"  {d.probability:.3f}", "bold red" if d.found else "dim"),
                (one_line(hidden), "magenta"),
                (f"  {one_line(text)}", "red" if d.found else ""),
            )
        if count > len(kept):
            painter.line((f"  and {count - len(kept)} less suspicious ones: --format json has them all", "dim"))
