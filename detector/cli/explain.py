"""``detector explain``: how a verdict came about, block by block."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.audit_options import audit_options
from detector.cli.config import Configured
from detector.cli.failure import unreadable, warn
from detector.cli.model_options import AuditorOptions, make_auditor
from detector.cli.source_options import inputs_argument, make_source_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from detector.report.report import Block, Finding, Report
    from detector.sources import Document

EPILOG: Final = """\b
Examples:
  detector explain page.html
  detector explain page.html --tokens            words too, as they are read
  detector explain page.html --blocks 0          findings alone
  curl -s https://example.com | detector explain -

Exit codes: 0 done, whatever was found; 2 usage; 3 some inputs could not be read."""

_LONGEST_TEXT: Final = 160  # characters of a text shown in a cell
_MOST_TOKENS: Final = 200  # of a finding
_LIKELY: Final = 0.5  # probability from which a block stands out


@click.command(cls=Configured, epilog=EPILOG, short_help="Show how a verdict came about.")
@inputs_argument
@click.option(
    "--blocks", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="How many blocks to show: the most suspicious."
)
@click.option("--tokens", is_flag=True, help="Show the words of each finding too, as they are read: disguise undone.")
@audit_options
def command(
    inputs: tuple[str, ...],
    blocks: int,
    tokens: bool,
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Show how the verdict on a page came about: its findings with their reasons, and its most suspicious blocks."""
    auditor = make_auditor(asked)
    options = make_source_options(**source)

    from rich.console import Console

    from detector.report.terminal import wants_colour
    from detector.sources import open_sources

    colour = wants_colour(sys.stdout)
    # A pipe has no width of its own; 140 columns leave the texts room.
    console = Console(
        file=sys.stdout, markup=False, highlight=False, emoji=False, no_color=not colour, width=None if sys.stdout.isatty() else 140
    )
    failures = 0
    for document in open_sources(inputs, options):
        if document.error is not None:
            failures += 1
            warn(f"{document.name}: {unreadable(document)}")
        if document.error is None or document.content:
            _explain(console, document, auditor.audit(document.content, document.url, document.content_type), blocks, tokens)
    raise click.exceptions.Exit(3 if failures else 0)


def _explain(console: Console, document: Document, report: Report, blocks: int, tokens: bool) -> None:
    from detector.report.safe_text import one_line
    from detector.report.terminal import language
    from detector.report.wording import STATUS

    findings = "1 finding" if len(report.findings) == 1 else f"{len(report.findings)} findings"
    verdict = STATUS[report.verdict][language()]
    console.print(f"{one_line(document.name)}: {verdict}, score {report.score:.3f}, {findings}", style="bold")
    if report.limits:
        console.print(f"stopped at a limit: {', '.join(report.limits)}", style="yellow")
    if report.findings:
        console.print(_findings(report.findings))
    if tokens and report.findings:
        console.print(_tokens(report, document.content_type))
    if blocks and report.blocks:
        console.print(_blocks(report.blocks, blocks))


def _findings(findings: Sequence[Finding]) -> Table:
    from rich.text import Text

    from detector.report.safe_text import one_line
    from detector.report.terminal import language
    from detector.report.wording import category_words, visibility_words

    spoken = language()
    table = _table("Findings", "line:column", "probability", "what", "text", "why (log-odds)")
    for finding in findings:
        kind = f"{category_words(finding.category)[spoken]} {finding.category_probability:.2f}"
        why = "\n".join(f"{reason.weight:+.1f} {one_line(getattr(reason, spoken))}" for reason in finding.reasons)
        table.add_row(
            f"{finding.location.line}:{finding.location.column}",
            f"{finding.probability:.3f}",
            Text(f"{one_line(kind)}\n{one_line(visibility_words(finding.visibility)[0][spoken])}"),
            Text(_short(finding.text), "red"),
            Text(why),
        )
    return table


def _tokens(report: Report, content_type: str | None) -> Table:
    from rich.text import Text

    from detector.report.safe_text import one_line
    from detector.segmentation.tokens import segment_page

    words = segment_page(report.source, content_type).tokens
    table = _table("Words of the findings, as they are read", "characters", "scripts", "words")
    for finding in report.findings:
        inside = [token for token in words if finding.start <= token.start < finding.end]
        shown = " · ".join(token.text for token in inside[:_MOST_TOKENS]) + (" …" if len(inside) > _MOST_TOKENS else "")
        scripts = ", ".join(sorted({token.script for token in inside}))
        table.add_row(f"{finding.start}-{finding.end}", scripts, Text(one_line(shown)))
    return table


def _blocks(blocks: Sequence[Block], most: int) -> Table:
    from rich.text import Text

    from detector.report.safe_text import one_line

    worst = sorted(sorted(range(len(blocks)), key=lambda i: -blocks[i].probability)[:most])
    table = _table(f"The {len(worst)} most suspicious of {len(blocks)} blocks, in page order", "characters", "probability", "kind", "text")
    for block in (blocks[i] for i in worst):
        table.add_row(
            f"{block.start}-{block.end}",
            f"{block.probability:.3f}",
            Text(one_line(f"{block.kind}, {block.visibility}")),
            Text(_short(block.text), "red" if block.probability >= _LIKELY else ""),
        )
    return table


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "probability" else "left")
    return table


def _short(text: str) -> str:
    from detector.report.safe_text import one_line

    return one_line(text[:_LONGEST_TEXT] + ("…" if len(text) > _LONGEST_TEXT else ""))
