"""``detector drift``: whether pages have changed so that the model may no longer fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.failure import CannotRun
from detector.cli.model_in_use import Readable, model_in_use
from detector.cli.model_options import model_option
from detector.cli.source_options import make_source_options, source_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.training.drift import Change

EPILOG: Final = """\b
Examples:
  detector drift crawl-january.warc.gz crawl-june.warc.gz
  detector drift old_pages/ new_pages/ --format json

OLD and NEW are files, folders, patterns, archives or tables, as for `detector audit`, of 20 pages or more each.
psi: below 0.1 nothing of note, from 0.25 large; ks: greatest distance of the distributions; p: that chance makes it as great.

Exit codes: 0 stable, or moved a little; 1 drifted: look at pages with `detector suggest`, and train anew; 2 usage;
3 some inputs could not be read."""


@click.command(epilog=EPILOG, short_help="Compare two sets of pages as the model sees them.")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the result.")
@click.option("--top", type=click.IntRange(min=0), default=12, show_default=True, metavar="N", help="Features shown in the text.")
@model_option
@source_options
def command(old: str, new: str, form: str, top: int, model: str | None, **source: Any) -> None:
    """Compare two sets of pages as the model sees them: have its scores and features changed?"""
    used = model_in_use(model)
    sets = [Readable([name], make_source_options(**source)) for name in (old, new)]

    from detector.report.safe_text import safe_json
    from detector.training.drift import LEAST_PAGES, changes, page_figures, verdict

    figures = [page_figures(used, documents) for documents in sets]
    for name, rows in zip((old, new), figures, strict=True):
        if len(rows) < LEAST_PAGES:
            raise CannotRun(f"{name}: {len(rows)} pages with text, at least {LEAST_PAGES} are needed to tell")
    found = changes(*figures)
    said = verdict(found)
    sizes = [len(rows) for rows in figures]
    if form == "json":
        click.echo(safe_json({"verdict": said, "pages": sizes, "figures": [c.to_dict() for c in found]}, indent=2))
    else:
        click.echo(_text(found[: top + 1], said, sizes))
    raise click.exceptions.Exit(1 if said == "drifted" else 3 if any(s.failures for s in sets) else 0)


def _text(found: Sequence[Change], said: str, sizes: list[int]) -> str:
    width = max(len(c.name) for c in found)
    lines = [f"{said}: {sizes[0]} pages against {sizes[1]}", "", f"{'':{width}}  {'psi':>7}  {'ks':>6}  {'p':>8}  {'old':>9}  {'new':>9}"]
    lines += [
        f"{c.name:{width}}  {c.psi:7.3f}  {c.ks:6.3f}  {c.p:8.2g}  {c.old_median:9.3f}  {c.new_median:9.3f}"
        + ("" if c.state == "stable" else f"  {c.state}")
        for c in found
    ]
    return "\n".join(lines)
