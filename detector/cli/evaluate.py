"""``detector evaluate``: how good a model is on labelled data."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from detector.cli.failure import CannotRun, warn
from detector.cli.model_options import model_option

EPILOG: Final = """\b
Examples:
  detector evaluate --data training_data
  detector evaluate --data my_labels --model models/model.npz > figures.json

\b
Evaluating needs: pip install 'detector[train]'"""


@click.command(epilog=EPILOG, short_help="Measure a model on labelled data.")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, metavar="DIR", help="Labelled data.")
@model_option
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def command(data: Path, model: str | None, quiet: bool) -> None:
    """Measure a model on labelled data and write its figures as JSON."""
    from detector.report.safe_text import safe_json

    try:
        evaluate = import_module("detector.training.evaluate").evaluate
        figures = evaluate(data, None if model is None else Path(model), (lambda _: None) if quiet else warn)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("detector"):
            raise
        raise CannotRun(f"evaluating needs {error.name}: pip install 'detector[train]'") from None
    except (OSError, ValueError) as error:  # data or a model that cannot be used: the message names the file
        raise CannotRun(str(error)) from None
    click.echo(safe_json(figures, indent=2))
