"""``detector models``: which model is in use, and what its file says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from detector.cli.failure import CannotRun
from detector.cli.model_options import model_option

EPILOG: Final = """\b
Examples:
  detector models
  detector models --model models/model.npz --json"""

_CARD: Final = "card.json"
_LONG: Final = frozenset({"features"})  # named by their number alone, but in JSON


@click.command(epilog=EPILOG, short_help="Show the model in use.")
@model_option
@click.option("--json", "as_json", is_flag=True, help="All of it, as JSON.")
def command(model: str | None, as_json: bool) -> None:
    """Show the model in use: its file, its checksum, its thresholds and its card."""
    from detector.classifier.model import ModelError, load, shipped_path
    from detector.report.safe_text import one_line, safe_json

    path = shipped_path() if model is None else Path(model)
    try:
        header = load(path).header
    except ModelError as error:
        raise CannotRun(str(error)) from None
    facts: dict[str, Any] = {"path": str(path), "bytes": path.stat().st_size, **header}
    card = _card(path)
    if as_json:
        click.echo(safe_json({**facts, "card": card}, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{one_line(name)}: {len(value) if name in _LONG else one_line(_written(value))}")
    for name, value in card.items():
        click.echo(f"card.{one_line(name)}: {one_line(_written(value))}")


def _card(path: Path) -> dict[str, Any]:
    """The card beside the model, empty where there is none that can be read."""
    try:
        card = json.loads(path.with_name(_CARD).read_bytes())
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
