"""``detector train``: a model from labelled data, or a better one from corrections."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from detector.cli.failure import CannotRun, quiet_option, speaker, training_errors
from detector.cli.model_options import model_option

if TYPE_CHECKING:
    from detector.training.corrected import Corrections

EPILOG: Final = """\b
Examples:
  detector train --data training_data --out my_model
  detector train --data training_data --add labels.jsonl --out my_model
  detector train --data training_data --add labels.jsonl --pages saved_pages/ --out my_model
  detector models use my_model/model.npz

With --add, the shipped model (or --model) is corrected within a minute: labels.jsonl is what `detector label` and the HTML report write.
Give all your labels each time. The format of data and labels is described in training_data/DATASHEET.md.

Training needs: pip install 'detector[train]'

Exit codes: 0 written; 1 the new model is worse than the old one and was put aside (--force takes it); 2 usage."""


@click.command(epilog=EPILOG, short_help="Train a model on labelled data, or correct one.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, metavar="DIR", help="Labelled data.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR", help="Folder for model.npz, card.json."
)
@click.option(
    "--add",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="LABELS",
    help="labels.jsonl: correct a model instead of fitting one from nothing. Repeatable.",
)
@click.option(
    "--pages",
    multiple=True,
    metavar="INPUT",
    help="Where the labelled pages are kept: a folder, file or archive. Repeatable. [default: the paths in the labels]",
)
@model_option
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep steps here for the next run.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Processes; 0: one a core. [default: 0]")
@click.option("--force", is_flag=True, help="Take the new model even where it is worse than the old one.")
@quiet_option
def command(
    data: Path,
    out: Path,
    add: tuple[Path, ...],
    pages: tuple[str, ...],
    model: str | None,
    cache: Path | None,
    jobs: int,
    force: bool,
    quiet: bool,
) -> None:
    """Train a model on labelled data and write it, with its card, into a folder; or correct the shipped model with labels of your own.

    The same data give the same model, byte for byte. A new model that calls more clean pages spam, or finds less, than the old one (that
    of the folder; else --model, or the shipped one) is refused. Old and new figures go to standard output.
    """
    if pages and not add:
        raise click.UsageError("--pages says where the pages of --add are: give --add too")
    say = speaker(quiet)
    workers = jobs or -1
    with training_errors("training"):
        from detector.classifier.model import FILE_NAME, shipped_path
        from detector.training.guard import table
        from detector.training.retrain import put_in_place, train_corrected
        from detector.training.train import train

        base = Path(model) if model is not None else shipped_path()
        old = base if add or not (out / FILE_NAME).exists() else out / FILE_NAME
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=out) as folder:
            made = Path(folder)
            if add:
                corrections = _corrections(add, pages)
                for label in corrections.without_page:
                    say(f"{label.where}: the page {label.page!r} is not at hand (--pages); only the words of this label are learnt")
                train_corrected(data, base, made, corrections, say, cache, workers)
            else:
                train(data, made, say, cache=cache, jobs=workers)
            outcome = put_in_place(made, old, data, out, force, say, cache, workers)
    if outcome.differences:
        click.echo(table(outcome.differences))
    click.echo(outcome.path)
    if not outcome.accepted:
        say("the new model is worse than the old one and was put aside: look at more pages, or take it with --force")
        raise click.exceptions.Exit(1)


def _corrections(files: tuple[Path, ...], pages: tuple[str, ...]) -> Corrections:
    from detector.training.corrected import bring_together
    from detector.training.labels import read_labels

    for name in pages:
        if "://" not in name and not any(c in name for c in "*?[") and not Path(name).exists():
            raise CannotRun(f"--pages {name}: no such file or folder")
    return bring_together(read_labels(files), pages)
