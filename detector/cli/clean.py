"""``detector clean``: pages without what was injected; every other byte stays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.audit_options import audit_options
from detector.cli.config import Configured
from detector.cli.failure import CannotRun, unreadable, warn
from detector.cli.model_options import AuditorOptions, make_auditor
from detector.cli.rewrite import RewriteError, rewrite
from detector.cli.source_options import inputs_argument, make_source_options

if TYPE_CHECKING:
    from detector.auditor import Auditor
    from detector.sources import Document

EPILOG: Final = """\b
Examples:
  detector clean page.html > cleaned.html
  detector clean page.html --output cleaned.html
  detector clean site/ --diff            what would be cut, as a patch; writes nothing
  detector clean site/ --in-place        keeps each page it changes as NAME.orig
  curl -s https://example.com | detector clean - > cleaned.html

Exit codes: 0 done; 1 with --diff, something would be cut; 2 usage; 3 some inputs could not be read or rewritten."""


@click.command(cls=Configured, epilog=EPILOG, short_help="Write pages without it.")
@inputs_argument
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the page here. [default: stdout]"
)
@click.option("-i", "--in-place", is_flag=True, help="Rewrite the files, each kept as it was beside it as NAME.orig.")
@click.option("--diff", is_flag=True, help="Show what would be cut as a unified diff, and write nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but what went wrong.")
@audit_options
def command(
    inputs: tuple[str, ...],
    output: Path | None,
    in_place: bool,
    diff: bool,
    quiet: bool,
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Write pages without what was injected into them.

    Of one page, the cleaned page goes to standard output or --output. Of several pages, --in-place rewrites files and --diff shows the
    cuts. All bytes outside the cuts stay as they were.
    """
    if (output is not None) + in_place + diff > 1:
        raise click.UsageError("--output, --in-place and --diff exclude each other: give one of them")
    auditor = make_auditor(asked)

    from detector.sources import open_sources

    documents = open_sources(inputs, make_source_options(**source))
    if diff:
        code = _diff(auditor, documents)
    elif in_place:
        code = _in_place(auditor, documents, (lambda _: None) if quiet else warn)
    else:
        code = _one(auditor, documents, output)
    raise click.exceptions.Exit(code)


def _readable(documents: Iterator[Document], failures: list[str]) -> Iterator[Document]:
    """The documents that were read whole; the names of the others, of which standard error hears, go to `failures`."""
    for document in documents:
        if document.error is None:
            yield document
        else:
            failures.append(document.name)
            warn(f"{document.name}: {unreadable(document)}")


def _diff(auditor: Auditor, documents: Iterator[Document]) -> int:
    from detector.report.diff import write_diff

    failures: list[str] = []
    found = False
    for document in _readable(documents, failures):
        report = auditor.audit(document.content, document.url, document.content_type)
        found = found or bool(report.findings)
        write_diff(report.source, [(finding.start, finding.end) for finding in report.findings], document.name, sys.stdout)
    return 1 if found else 3 if failures else 0


def _in_place(auditor: Auditor, documents: Iterator[Document], tell: Callable[[str], None]) -> int:
    failures: list[str] = []
    for document in _readable(documents, failures):
        cleaned = auditor.clean(document.content, document.url, document.content_type)
        if cleaned == document.content:
            continue
        try:
            backup = rewrite(document, cleaned)
        except RewriteError as error:
            failures.append(document.name)
            warn(str(error))
        else:
            tell(f"{document.name}: {len(document.content) - len(cleaned):,} bytes cut; as it was: {backup}")
    return 3 if failures else 0


def _one(auditor: Auditor, documents: Iterator[Document], output: Path | None) -> int:
    document = next(documents)
    if next(documents, None) is not None:
        raise click.UsageError("these inputs hold more than one page: give --in-place or --diff, or name one page")
    failures: list[str] = []
    for page in _readable(iter([document]), failures):
        cleaned = auditor.clean(page.content, page.url, page.content_type)
        if output is None:
            _to_stdout(cleaned)
            continue
        try:
            output.write_bytes(cleaned)
        except OSError as error:
            raise CannotRun(f"{output}: cannot be written ({error.strerror}); choose another file for --output") from None
    return 3 if failures else 0


def _to_stdout(page: bytes) -> None:
    """The exact bytes to a file or a pipe; to a terminal, which may act on them, the text with escapes in place of what is unsafe."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        return
    from detector.page.decoding import decode
    from detector.report.safe_text import escape_unsafe
    from detector.report.terminal import encodable

    for line in decode(page).text.split("\n"):
        click.echo(encodable(escape_unsafe(line.removesuffix("\r")), sys.stdout))
