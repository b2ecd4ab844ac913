"""``detector models``: which models there are, which is in use, and what a file says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from detector.cli.failure import CannotRun
from detector.cli.model_choice import VARIABLE, Choice, chosen, file_of_choice, read_known, write_choice

EPILOG: Final = f"""\b
Examples:
  detector models                                the models there are, the one in use marked
  detector models info my_model/model.npz --json
  detector models use my_model/model.npz         for all commands of this user
  detector models use --shipped                  back to the one that ships

A command uses, in this order: --model FILE; the environment variable {VARIABLE}; what `detector models use` chose; the shipped model.
Programs that import detector are not concerned: they use the shipped model, or Auditor(model=PATH).

Exit codes: 0 done; 2 usage, or a model that cannot be used."""

_CARD: Final = "card.json"
_LONG: Final = frozenset({"features"})  # named by their number alone, but in JSON


@click.group(epilog=EPILOG, short_help="Show models, choose the one in use.", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show which models there are, what their files say of themselves, and choose the one in use."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_models)


@command.command("list", short_help="The models there are.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_models(as_json: bool = False) -> None:
    """List the shipped model, the one of the environment, and those chosen before; the one in use is marked with *."""
    from detector.classifier.model import ModelError, load, shipped_path
    from detector.report.safe_text import one_line, safe_json

    choice = chosen()
    used = choice.path or shipped_path()
    rows: list[dict[str, Any]] = []
    for path in dict.fromkeys([shipped_path(), used, *map(Path, read_known().known)]):
        row: dict[str, Any] = {"path": str(path), "shipped": path == shipped_path(), "in_use": path == used}
        try:
            row |= {"sha256": load(path).header["sha256"], "bytes": path.stat().st_size}
        except ModelError as error:
            row["error"] = str(error)
        rows.append(row)
    if as_json:
        click.echo(safe_json({"chosen_by": choice.by, "choice_file": str(file_of_choice()), "models": rows}, indent=2))
        return
    for row in rows:
        said = row["error"] if "error" in row else f"sha256: {row['sha256'][:16]}…, {row['bytes']:,} bytes"
        click.echo(f"{'*' if row['in_use'] else ' '} {one_line(row['path'])}{' (shipped)' if row['shipped'] else ''}  {one_line(said)}")
    click.echo(f"in use by {one_line(choice.by)}")


@command.command(short_help="What a model's file says of itself.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False, metavar="[PATH]")
@click.option("--json", "as_json", is_flag=True, help="All of it, as JSON.")
def info(path: Path | None, as_json: bool) -> None:
    """Show a model's checksum, thresholds and card. PATH: a model file; by default the one in use."""
    from detector.classifier.model import ModelError, load, shipped_path
    from detector.report.safe_text import one_line, safe_json

    path = path or chosen().path or shipped_path()
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


@command.command(short_help="Choose the model in use.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False, metavar="[PATH]")
@click.option("--shipped", is_flag=True, help="Go back to the model that ships.")
def use(path: Path | None, shipped: bool) -> None:
    """Choose the model that all commands of this user take where --model is not given. PATH: made by `detector train`."""
    if (path is None) != shipped:
        raise click.UsageError("give the PATH of a model, or --shipped")
    from detector.classifier.model import ModelError, load

    if path is not None:
        try:
            load(path)
        except ModelError as error:
            raise CannotRun(str(error)) from None
    write_choice(path)
    choice: Choice = chosen()
    if choice.by == VARIABLE:
        click.echo(f"detector: {VARIABLE} is set and goes before this choice", err=True)
    click.echo("the shipped model" if path is None else str(path.resolve()))


def _card(path: Path) -> dict[str, Any]:
    """The card beside the model, empty where there is none that can be read."""
    try:
        card = json.loads(path.with_name(_CARD).read_bytes())
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
