"""``detector audit``: pages in, a report out, an exit code for CI."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from detector.cli.failure import warn
from detector.cli.model_options import auditor_options, make_auditor
from detector.cli.source_options import inputs_argument, make_source_options, source_options
from detector.cli.targets import open_targets

if TYPE_CHECKING:
    from detector.report.inputs import AuditedInput

EPILOG: Final = """\b
Examples:
  detector audit page.html
  detector audit site/ --exclude 'archive/' --fail-on suspicious
  detector audit 'site/**/*.html' --format html=report.html --format sarif=detector.sarif
  detector audit https://example.com/ --crawl 200 --format jsonl > pages.jsonl
  detector audit https://example.com/sitemap.xml
  detector audit crawl.warc.gz pages.parquet --column html --jobs 4 --format csv=pages.csv
  curl -s https://example.com | detector audit -

\b
Exit codes: 0 clean; 1 something found at or above --fail-on; 2 usage; 3 some inputs could not be read.
What was found counts for more than what could not be read."""


@click.command(epilog=EPILOG, short_help="Report what was injected into pages.")
@inputs_argument
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help="text, json, jsonl, csv, sarif or html; to FILE or standard output. Repeatable. [default: text]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["suspicious", "injected"]),
    default="injected",
    show_default=True,
    help="The verdict from which on the exit code is 1.",
)
@click.option("--jobs", type=click.IntRange(min=0), default=1, metavar="N", help="Processes to audit in; 0: one a core. [default: 1]")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error: no progress, no warnings.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every page on standard error.")
@auditor_options
@source_options
def command(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    fail_on: Literal["suspicious", "injected"],
    jobs: int,
    quiet: bool,
    verbose: bool,
    model: str | None,
    false_alarm_rate: float | None,
    threshold: float | None,
    max_chars: int | None,
    **source: Any,
) -> None:
    """Audit pages and report what was injected.

    INPUT is a file, a folder, a pattern like 'site/**/*.html', a URL, a sitemap (.xml), an archive (.warc, .wet, also .gz), a table
    (.parquet, .jsonl) or - for standard input. The report goes to standard output, progress and warnings to standard error.
    """
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other")
    auditor = make_auditor(model, false_alarm_rate, threshold, max_chars)
    options = make_source_options(**source)

    from detector.cli.auditing import audit_documents
    from detector.cli.progress import with_progress
    from detector.report.renderers import render_all
    from detector.report.tally import Tally
    from detector.sources import open_sources

    tally = Tally()
    with open_targets(formats) as targets:
        audited: Iterable[AuditedInput] = audit_documents(auditor, open_sources(inputs, options), jobs or os.cpu_count() or 1)
        if not quiet:
            told_in_text = ("text", "") in {(name, file) for name, _, file in (given.partition("=") for given in formats or ["text"])}
            audited = _told(audited, unreadable=not told_in_text, every=verbose)
        render_all(targets, tally.watch(with_progress(audited, tally, shown=not (quiet or verbose))))
    raise click.exceptions.Exit(tally.exit_code(fail_on))


def _told(inputs: Iterable[AuditedInput], unreadable: bool, every: bool) -> Iterator[AuditedInput]:
    """The same inputs, with a line on standard error for those that could not be read, or for every one."""
    for audited in inputs:
        if audited.error is not None and (unreadable or every):
            warn(f"{audited.name}: {audited.error}")
        elif every:
            warn(f"{audited.name}: {audited.status} ({audited.seconds * 1000:.1f} ms)")
        yield audited
