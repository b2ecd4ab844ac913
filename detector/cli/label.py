"""``detector label``: a person looks at findings one by one and says what they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.failure import warn
from detector.cli.model_in_use import Readable
from detector.cli.model_options import AuditorOptions, auditor_options, make_auditor
from detector.cli.source_options import inputs_argument, make_source_options, source_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.report.report import Finding, Report
    from detector.sources import Document
    from detector.training.labels import Label

EPILOG: Final = """\b
Examples:
  detector label site/ --out labels.jsonl
  detector label site/ --out labels.jsonl --false-alarm-rate 0.01     look at what it is less sure of, too
  detector label https://example.com/ --out labels.jsonl --keep saved_pages/
  detector train --data training_data --add labels.jsonl --out my_model

Answers: s spam, n not spam, m missed this (then paste the text), k skip, q quit. Each is written at once; what the file already holds is
not asked again. labels.jsonl is the format that the corrections of the HTML report have, too: see training_data/DATASHEET.md.

Exit codes: 0 done or quit; 2 usage; 3 some inputs could not be read."""

_AROUND: Final = 120  # characters of the source shown before and after
_LONGEST: Final = 600


@click.command(epilog=EPILOG, short_help="Say of findings whether they are spam.")
@inputs_argument
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="labels.jsonl: answers are added to it.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep a copy of each labelled page here, for --pages of `detector train`: needed for pages from the web.",
)
@auditor_options
@source_options
def command(
    inputs: tuple[str, ...],
    out: Path,
    keep: Path | None,
    asked: AuditorOptions,
    **source: Any,
) -> None:
    """Look at the findings of pages one by one and say of each whether it is spam; paste what was missed.

    INPUT is a file, a folder, a pattern, a URL, a sitemap, an archive or a table, as for `detector audit`. Questions go to standard error.
    """
    from detector.cli.failure import training_errors

    auditor = make_auditor(asked)
    documents = Readable(inputs, make_source_options(**source))
    with training_errors("labelling"):
        from detector.training.corrected import sha256_of
        from detector.training.labels import append_labels, read_labels

        answered = {(label.sha256, label.start, label.end) for label in read_labels([out])} if _has_lines(out) else set()
        written = 0
        try:
            for document in documents:
                report = auditor.audit(document.content, document.url, document.content_type)
                digest = sha256_of(report.source)
                for label in _asked(document, report, digest, answered):
                    if keep is not None:
                        _keep(report.source, document.content_type, digest, keep)
                    elif "://" in label.page:
                        warn(f"{label.page}: no copy is kept; with --keep DIR `detector train` could look at the page")
                    append_labels([label], out)
                    written += 1
        except (_Quit, click.Abort):
            pass
    click.echo(f"{written} labels written to {out}", err=True)
    raise click.exceptions.Exit(3 if documents.failures else 0)


class _Quit(Exception):
    """The person has had enough."""


def _has_lines(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _asked(document: Document, report: Report, digest: str, answered: set[tuple[str | None, int | None, int | None]]) -> Iterator[Label]:
    from detector.report.safe_text import one_line
    from detector.training.labels import Label

    page = document.url or document.name
    findings = [f for f in report.findings if (digest, f.start, f.end) not in answered]
    if report.findings and not findings:
        return
    click.secho(f"\n{one_line(document.name)}: {report.verdict}, {len(findings)} to look at", err=True, bold=True)
    for number, finding in enumerate(findings, 1):
        _show(report, finding, number)
        while True:
            answer = click.prompt(
                "[s]pam, [n]ot spam, [m]issed this, s[k]ip, [q]uit", type=click.Choice(list("snmkq")), show_choices=False, err=True
            )
            if answer == "q":
                raise _Quit
            if answer == "m":
                yield from _missed(report, page, digest)
                continue
            if answer in "sn":
                yield Label(page, digest, finding.start, finding.end, finding.text, answer == "s")
            break
    yield from _missed(report, page, digest)


def _show(report: Report, finding: Finding, number: int) -> None:
    from detector.report.safe_text import one_line

    source = report.source
    before, after = source[max(0, finding.start - _AROUND) : finding.start], source[finding.end : finding.end + _AROUND]
    click.echo(f"\n  {number}. {finding.category}, {finding.visibility}, probability {finding.probability:.3f}", err=True)
    click.echo(f"  …{one_line(before)}", err=True, nl=False)
    click.secho(one_line(finding.text[:_LONGEST]), err=True, nl=False, fg="red", bold=True)
    click.echo(f"{one_line(after)}…", err=True)


def _missed(report: Report, page: str, digest: str) -> Iterator[Label]:
    """Texts that the person pastes, until an empty line."""
    from detector.features.scene import read_scene
    from detector.page.page import read_page
    from detector.training.corrected import locate
    from detector.training.labels import Label

    while True:
        text = click.prompt("missed on this page (paste it, Enter for nothing)", default="", show_default=False, err=True).strip()
        if not text:
            return
        scene = (
            report.audited.scene
            if report.audited is not None and hasattr(report.audited, "scene")
            else read_scene(read_page(report.source))
        )
        found = locate(scene, text)
        if found is None:
            warn("this text is not in the page: paste it as the page shows it")
            continue
        yield Label(page, digest, *found, text, True)


def _keep(source: str, content_type: str | None, digest: str, folder: Path) -> None:
    """The decoded source in UTF-8 with a byte order mark, by which it is decoded to the same characters again."""
    suffix = ".txt" if (content_type or "").startswith("text/plain") else ".html"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{digest}{suffix}").write_bytes(source.encode("utf-8-sig", "surrogatepass"))
