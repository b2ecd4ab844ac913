"""``detector evaluate``: how good a model is on labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from detector.cli.failure import CannotRun, quiet_option, speaker, training_errors, warn
from detector.cli.model_options import AuditorOptions, make_auditor, model_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detector.training.infect import Sample

EPILOG: Final = """\b
Examples:
  detector evaluate training_data
  detector evaluate labels.jsonl --pages saved_pages/
  detector evaluate training_data --model my_model/model.npz --format json > figures.json
  detector evaluate training_data --plots pictures/

DATA is a folder as described in training_data/DATASHEET.md, from whose texts pages are made, or labels.jsonl of pages of your own.
The shipped model was fitted on training_data: figures on it compare models; figures on pages of your own say how good one is.

Evaluating needs: pip install 'detector[train]'

Exit codes: 0 done; 2 usage, or data or a model that cannot be used."""

_COLUMNS: Final = ("pages", "injected", "not_clean", "characters", "outside")


@click.command(epilog=EPILOG, short_help="Measure a model on labelled data.")
@click.argument("data", type=click.Path(exists=True, path_type=Path), metavar="DATA")
@click.option("--pages", multiple=True, metavar="INPUT", help="Where the labelled pages are kept. [default: the paths in the labels]")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="Pages of each kind to make from a folder. [default: 400]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the figures.")
@click.option(
    "--plots", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write precision-recall.svg and reliability.svg here."
)
@click.option("--jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Processes; 0: one a core. [default: 0]")
@model_option
@quiet_option
def command(
    data: Path, pages: tuple[str, ...], count: int | None, form: str, plots: Path | None, jobs: int, model: str | None, quiet: bool
) -> None:
    """Measure a model: pages and characters found, text flagged that is no spam, and false alarms.

    Figures of infected pages come in tables by layout, category, disguise and language.
    """
    from detector.report.safe_text import safe_json

    auditor = make_auditor(AuditorOptions(model))
    say = speaker(quiet)
    with training_errors("evaluating"):
        from detector.training.evaluate import figures, judge

        samples = _samples(data, pages, count, say)
        say(f"auditing {len(samples)} pages")
        judgements = judge(auditor, samples, jobs or -1)
        found = figures(judgements)
        if plots is not None:
            from detector.training.plots import precision_recall_svg, reliability_svg

            plots.mkdir(parents=True, exist_ok=True)
            (plots / "precision-recall.svg").write_text(precision_recall_svg(judgements), encoding="utf-8")
            (plots / "reliability.svg").write_text(reliability_svg(judgements), encoding="utf-8")
    click.echo(safe_json(found, indent=2) if form == "json" else _text(found))


def _samples(data: Path, pages: tuple[str, ...], count: int | None, say: Callable[[str], None]) -> Sequence[Sample]:
    from detector.training.evaluate import PAGES, evaluation_set, labelled_set

    if data.is_dir():
        return evaluation_set(data, count or PAGES)
    from detector.training.corrected import bring_together
    from detector.training.labels import read_labels

    corrections = bring_together(read_labels([data]), pages)
    for label in corrections.without_page:
        warn(f"{label.where}: the page {label.page!r} is not at hand (--pages)")
    if not corrections.pages:
        raise CannotRun(f"{data}: none of its pages is at hand: say where they are with --pages")
    return labelled_set(corrections.pages)


def _text(found: dict[str, Any]) -> str:
    from detector.report.safe_text import one_line

    lines: list[str] = []
    for title, table in found["infected"].items():
        rows = {"infected pages": table} if title == "all" else table
        if not rows:
            continue
        width = max(24, *(len(name) for name in rows))
        lines += ["", f"{'' if title == 'all' else title:{width}}" + "".join(f"  {c.replace('_', ' '):>10}" for c in _COLUMNS)]
        for name, row in rows.items():
            cells = [f"{row[c]:>10}" if c == "pages" else f"{row[c]:>10.4f}" for c in _COLUMNS]
            lines.append(f"{one_line(name):{width}}  " + "  ".join(cells))
    clean = found["clean"]
    lines += ["", f"clean pages: {clean['pages']}, called injected {clean['injected']}, called suspicious or injected {clean['not_clean']}"]
    lines.append(f"characters flagged on them: {clean['flagged']}")
    return "\n".join(lines[1:])
