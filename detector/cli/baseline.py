"""``detector baseline``: what is found today is accepted, so that CI fails on what is new."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.audit_options import audit_options
from detector.cli.config import Configured
from detector.cli.failure import CannotRun, warn
from detector.cli.model_options import AuditorOptions, make_auditor
from detector.cli.source_options import inputs_argument, make_source_options

if TYPE_CHECKING:
    from detector.report.inputs import AuditedInput

EPILOG: Final = """\b
Examples:
  detector baseline site/ --output baseline.json
  detector audit site/ --baseline baseline.json      what is not in it

The same text on the same page stays accepted wherever on the page it moves. Pages go by their names: give both commands the
same inputs, from the same folder. Look through the file before it is committed: each line is a finding that will not be told again.

Exit codes: 0 done, whatever was found; 2 usage; 3 some inputs could not be read."""


@click.command(cls=Configured, epilog=EPILOG, short_help="Accept what is found today.")
@inputs_argument
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the file here. [default: stdout]"
)
@click.option("--jobs", type=click.IntRange(min=0), default=1, metavar="N", help="Processes to audit in; 0: one a core. [default: 1]")
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error.")
@audit_options
def command(
    inputs: tuple[str, ...],
    output: Path | None,
    jobs: int,
    quiet: bool,
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Write a file of all findings, by which `detector audit --baseline FILE` leaves them out."""
    auditor = make_auditor(asked)

    from detector.cli.auditing import audit_documents
    from detector.report.baseline import write_baseline
    from detector.sources import open_sources

    unreadable: list[str] = []

    def told(inputs: Iterable[AuditedInput]) -> Iterator[AuditedInput]:
        for audited in inputs:
            if audited.error is not None:
                unreadable.append(audited.name)
                if not quiet:
                    warn(f"{audited.name}: {audited.error}")
            yield audited

    audited = told(audit_documents(auditor, open_sources(inputs, make_source_options(**source)), jobs or os.cpu_count() or 1))
    if output is None:
        count = write_baseline(audited, sys.stdout)
    else:
        try:
            with open(output, "w", encoding="utf-8") as out:
                count = write_baseline(audited, out)
        except OSError as error:
            raise CannotRun(f"{output}: cannot be written ({error.strerror}); choose another file for --output") from None
    if not quiet:
        warn(f"{count:,} findings accepted")
    raise click.exceptions.Exit(3 if unreadable else 0)
