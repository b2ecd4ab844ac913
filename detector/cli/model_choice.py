"""Which model the commands use: ``--model``, else DETECTOR_MODEL, else what `detector models use` chose, else the shipped one.

The choice is kept in models.json of the user's folder for this program (``detector models list`` names it). Only the command line looks at
it: `detector.audit` and `detector.Auditor` of a program use what the program says.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from detector.cli.failure import CannotRun

VARIABLE: Final = "DETECTOR_MODEL"


@dataclass(frozen=True, slots=True)
class Choice:
    """path: of the model, None for the shipped one; by: what chose it, for messages."""

    path: Path | None
    by: str


@dataclass(frozen=True, slots=True)
class Known:
    """What models.json holds. use: the model chosen, None for the shipped one; known: all that were ever chosen, oldest first."""

    use: str | None = None
    known: tuple[str, ...] = ()


def file_of_choice() -> Path:
    """Where the choice is kept: ~/.config/detector/models.json on Linux, its like on other systems."""
    return Path(click.get_app_dir("detector")) / "models.json"


def chosen() -> Choice:
    """The model that a command without --model uses. Raises CannotRun where the file of the choice cannot be read."""
    from_environment = os.environ.get(VARIABLE)
    if from_environment:
        return Choice(Path(from_environment), VARIABLE)
    known = read_known()
    if known.use is not None:
        return Choice(Path(known.use), f"`detector models use`, kept in {file_of_choice()}")
    return Choice(None, "the default")


def read_known() -> Known:
    """Raises CannotRun."""
    path = file_of_choice()
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Known()
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path}: cannot be read ({error}); `detector models use --shipped` writes it anew") from None
    use, known = (told.get("use"), told.get("known", [])) if isinstance(told, dict) else (0, [])
    if not (use is None or isinstance(use, str)) or not isinstance(known, list) or not all(isinstance(k, str) for k in known):
        raise CannotRun(f"{path}: is no choice of a model; `detector models use --shipped` writes it anew")
    return Known(use, tuple(known))


def write_choice(path: Path | None) -> None:
    """Choose a model, None for the shipped one. Raises CannotRun where it cannot be kept."""
    try:
        before = read_known()
    except CannotRun:
        before = Known()
    use = None if path is None else str(path.resolve())
    known = [k for k in before.known if k != use] + ([use] if use is not None else [])
    file = file_of_choice()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps({"use": use, "known": known}, indent=1) + "\n", encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise CannotRun(f"{file}: cannot be written ({error.strerror}); set {VARIABLE}=PATH instead") from None
