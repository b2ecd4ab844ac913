"""``detector suggest``: which pages are most worth a label."""

from __future__ import annotations

from typing import Any, Final

import click

from detector.cli.model_in_use import Readable, model_in_use
from detector.cli.model_options import model_option
from detector.cli.source_options import inputs_argument, make_source_options, source_options

EPILOG: Final = """\b
Examples:
  detector suggest site/
  detector suggest crawl.warc.gz --count 50 --format json > worth.json
  detector suggest site/ --format names | xargs -d '\\n' detector label --out labels.jsonl

A page is worth a label where the model is unsure of it and it is unlike the pages suggested before it.

Exit codes: 0 done; 2 usage; 3 some inputs could not be read."""


@click.command(epilog=EPILOG, short_help="Name the pages most worth a label.")
@inputs_argument
@click.option("--count", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many pages to name.")
@click.option("--format", "form", type=click.Choice(["text", "json", "names"]), default="text", show_default=True, help="Form of the list.")
@model_option
@source_options
def command(inputs: tuple[str, ...], count: int, form: str, model: str | None, **source: Any) -> None:
    """Name the pages that are most worth a label, best first.

    INPUT is a file, a folder, a pattern, a URL, a sitemap, an archive or a table, as for `detector audit`.
    """
    used = model_in_use(model)
    documents = Readable(inputs, make_source_options(**source))

    from detector.report.safe_text import one_line, safe_json
    from detector.training.suggest import candidates, suggest

    found = suggest(list(candidates(used, documents)), count)
    if form == "json":
        click.echo(safe_json({"suggestions": [s.to_dict() for s in found]}, indent=2))
    for s in found if form != "json" else ():
        if form == "names":
            click.echo(one_line(s.page.name))
        else:
            click.echo(f"{s.worth:.3f}  {s.page.verdict:10}  {s.page.score:.3f}  {one_line(s.page.name)}\n       {one_line(s.page.text)}")
    raise click.exceptions.Exit(3 if documents.failures else 0)
