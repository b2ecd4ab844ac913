"""``detector train``: a model from labelled data."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from detector.cli.failure import CannotRun, warn

EPILOG: Final = """\b
Examples:
  detector train --data training_data --out models
  detector audit page.html --model models/model.npz

\b
The format of the data is described in training_data/DATASHEET.md. Training needs: pip install 'detector[train]'"""


@click.command(epilog=EPILOG, short_help="Train a model on labelled data.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, metavar="DIR", help="Labelled data.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR", help="Folder for model.npz, card.json."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def command(data: Path, out: Path, quiet: bool) -> None:
    """Train a model on labelled data and write it, with its card, into a folder.

    The same data give the same model, byte for byte.
    """
    try:
        train = import_module("detector.training.train").train
        path = train(data, out, (lambda _: None) if quiet else warn)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("detector"):
            raise
        raise CannotRun(f"training needs {error.name}: pip install 'detector[train]'") from None
    except (OSError, ValueError) as error:  # data that cannot be used: the message names file and line
        raise CannotRun(str(error)) from None
    click.echo(path)
