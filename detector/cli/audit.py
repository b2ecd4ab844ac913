"""``detector audit``: pages in, a report out, an exit code for CI."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

import click

from detector.cli.audit_options import audit_options
from detector.cli.config import Configured
from detector.cli.failure import CannotRun, warn
from detector.cli.model_options import AuditorOptions, make_auditor
from detector.cli.source_options import inputs_argument, make_source_options
from detector.cli.targets import open_targets

if TYPE_CHECKING:
    from detector.auditor import Auditor
    from detector.cli.extent import Extent
    from detector.cli.journal import Journal
    from detector.report.baseline import Baseline
    from detector.report.inputs import AuditedInput
    from detector.report.report import Verdict
    from detector.report.site.evidence import SiteReport
    from detector.sources import SourceOptions

EPILOG: Final = """\b
Examples:
  detector audit page.html
  detector audit site/ --exclude 'archive/' --fail-on suspicious
  detector audit 'site/**/*.html' --format html=report.html --format sarif=detector.sarif
  detector audit https://example.com/ --crawl 200 --format jsonl > pages.jsonl
  detector audit https://example.com/sitemap.xml
  detector audit https://example.com/ --cloaking       what only search engines, or those who come from one, are given
  detector audit crawl.warc.gz pages.parquet --column html --jobs 4 --format csv=pages.csv
  detector audit crawl.warc.gz --resume crawl.state --format jsonl=pages.jsonl
  detector audit site/ --baseline baseline.json        what `detector baseline` has not accepted
  detector audit https://example.com/ --crawl 500 --site
  curl -s https://example.com | detector audit -

Options may stand in detector.toml, or under [tool.detector] in pyproject.toml, of the current folder; the command line goes before:

\b
  fail-on = "suspicious"
  exclude = ["archive/"]

Exit codes: 0 clean; 1 something found at or above --fail-on; 2 usage; 3 some inputs could not be read.
What was found counts for more than what could not be read."""


@click.command(cls=Configured, epilog=EPILOG, short_help="Report what was injected into pages.")
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
@click.option(
    "--baseline", type=click.Path(dir_okay=False), metavar="FILE", help="Leave out the findings in this file of `detector baseline`."
)
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep every result in FILE; where a run with it was killed, go on from there.",
)
@click.option(
    "--cloaking",
    is_flag=True,
    help="Ask for each URL as a browser, as Googlebot, as Baiduspider and as a visitor from a search; report what a browser is not given.",
)
@click.option(
    "--site",
    is_flag=True,
    help="Judge whole sites too, by what repeats over their pages: templates, doorway series, folders, names, linked sites. "
    "Told in text, json and html.",
)
@click.option("--jobs", type=click.IntRange(min=0), default=1, metavar="N", help="Processes to audit in; 0: one a core. [default: 1]")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error: no progress, no warnings.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every page on standard error.")
@audit_options
def command(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    fail_on: Literal["suspicious", "injected"],
    baseline: str | None,
    resume: Path | None,
    cloaking: bool,
    site: bool,
    jobs: int,
    quiet: bool,
    verbose: bool,
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Audit pages and report what was injected.

    INPUT is a file, a folder, a pattern like 'site/**/*.html', a URL, a sitemap (.xml), an archive (.warc, .wet, also .gz), a table
    (.parquet, .jsonl) or - for standard input. The report goes to standard output, progress and warnings to standard error.
    """
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other")
    if resume is not None and "-" in inputs:
        raise click.UsageError("standard input cannot be read a second time: give --resume only with inputs that have a name")
    if cloaking:
        _check_cloaking(inputs, resume, site, source)
    accepted = _baseline(baseline)
    auditor = make_auditor(asked)
    options = make_source_options(**source)

    from detector.cli.progress import with_progress
    from detector.report.renderers import render_all
    from detector.report.tally import Tally

    tally = Tally()
    with ExitStack() as stack:
        # A file of another run is refused before the reports of that run are overwritten.
        journal = None if resume is None else stack.enter_context(_journal(resume, auditor, inputs, options, site))
        targets = stack.enter_context(open_targets(formats))
        if cloaking:
            from detector.cli.cloaking import audit_as_visitors

            audited = audit_as_visitors(auditor, inputs, options)
        else:
            audited = _audited(auditor, inputs, options, jobs or os.cpu_count() or 1, site, journal)
        if accepted is not None:
            audited = accepted.apply(audited)
        if not quiet:
            audited = _told(audited, every=verbose)
        watched = tally.watch(with_progress(audited, tally, not (quiet or verbose), partial(_extent, inputs, options)))
        if site:
            verdicts = _render_with_sites(targets, watched, auditor.false_alarm_rate if asked.threshold is None else None, quiet)
        else:
            verdicts = []
            render_all(targets, watched)
    raise click.exceptions.Exit(tally.exit_code(fail_on, verdicts))


def _render_with_sites(
    targets: Sequence[tuple[str, TextIO]], inputs: Iterable[AuditedInput], rate: float | None, quiet: bool
) -> list[Verdict]:
    """Write the reports, and with them the verdicts on sites, which are returned. rate: of false alarms, where one was asked for."""
    from detector.report.renderers import render_all
    from detector.report.site.sites import Sites

    sites = Sites(rate)
    verdicts: list[Verdict] = []

    def reports() -> tuple[SiteReport, ...]:
        told = sites.reports()
        verdicts.extend(report.verdict for report in told)
        return told

    render_all(targets, sites.watch(inputs), reports)
    if sites.left_out and not quiet:
        warn(f"{sites.left_out:,} pages, of the smallest sites, are in no verdict on a site: there were too many sites")
    return verdicts


def _check_cloaking(inputs: tuple[str, ...], resume: Path | None, site: bool, source: dict[str, Any]) -> None:
    if not all(name.lower().startswith(("http://", "https://")) for name in inputs):
        raise click.UsageError("--cloaking asks for pages of the web: give it URLs; `detector compare` takes saved copies")
    for given, option in ((resume, "--resume"), (site, "--site"), (source["crawl"], "--crawl"), (source["user_agent"], "--user-agent")):
        if given:
            raise click.UsageError(f"--cloaking and {option} exclude each other")


def _extent(inputs: tuple[str, ...], options: SourceOptions) -> Extent:
    from detector.cli.extent import Extent

    return Extent(inputs, options)


def _baseline(file: str | None) -> Baseline | None:
    if file is None:
        return None
    from detector.report.baseline import BaselineError, read_baseline

    try:
        return read_baseline(Path(file))
    except BaselineError as error:
        raise CannotRun(str(error)) from None


def _journal(path: Path, auditor: Auditor, inputs: tuple[str, ...], options: SourceOptions, site: bool) -> Any:
    from detector.cli.journal import open_journal
    from detector.report.version import tool_version

    settings = {"version": tool_version(), **auditor.settings, "inputs": list(inputs), "sources": asdict(options), "site": site}
    return open_journal(path, settings, auditor.max_chars)


def _audited(
    auditor: Auditor, inputs: tuple[str, ...], options: SourceOptions, jobs: int, site: bool, journal: Journal | None
) -> Iterator[AuditedInput]:
    from detector.cli.auditing import audit_documents
    from detector.sources import open_sources

    audit = partial(audit_documents, auditor, jobs=jobs, digests=site)
    if journal is None:
        return audit(open_sources(inputs, options))
    return journal.results(open_sources(inputs, options, journal.remembered), audit)


def _told(inputs: Iterable[AuditedInput], every: bool) -> Iterator[AuditedInput]:
    """The same inputs, with a line on standard error for those that could not be read, or for every one."""
    for audited in inputs:
        if audited.error is not None:
            warn(f"{audited.name}: {audited.error}")
        elif every:
            warn(f"{audited.name}: {audited.status} ({audited.seconds * 1000:.1f} ms)")
        yield audited
