"""What the command line says when it cannot go on, and what to do about an input that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from detector.sources import Document, ErrorName


class CannotRun(click.ClickException):
    """The command cannot be carried out as asked: exit code 2, like a wrong command line. The message says what to do."""

    exit_code = 2


# What a user can do, by the name of the error; where there is nothing but to look at the page, nothing is said.
ADVICE: Final[dict[ErrorName, str]] = {
    "not-found": "check the path, and quote patterns like 'site/**/*.html'",
    "unreadable": "check its permissions",
    "no-pages": "name other files with --include '*.EXTENSION'",
    "too-large": "raise --max-bytes",
    "private-address": "add --allow-private if you trust this address",
    "robots": "add --no-robots if the site is your own",
    "timeout": "raise --timeout, or try again later",
    "connection": "check the address and the network",
    "bad-url": "write it as https://host/path",
}


def unreadable(document: Document) -> str:
    """The sentence for a Document that has an error: what is wrong, and what to do about it."""
    assert document.error is not None
    advice = ADVICE.get(document.error.name)
    return f"{document.error}; {advice}" if advice else str(document.error)


def warn(message: str) -> None:
    """A line on standard error, safe for a terminal."""
    from detector.report.safe_text import one_line

    click.echo(f"detector: {one_line(message)}", err=True)


quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")


def speaker(quiet: bool) -> Callable[[str], None]:
    """Where progress goes: to standard error, or nowhere."""
    return (lambda _: None) if quiet else warn


@contextmanager
def training_errors(what: str) -> Iterator[None]:
    """Errors of `detector.training` as CannotRun: a library that is missing, and data or a model that cannot be used (the message names
    file and line). what: "training", "evaluating"."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("detector"):
            raise
        raise CannotRun(f"{what} needs {error.name}: pip install 'detector[train]'") from None
    except (OSError, ValueError) as error:
        raise CannotRun(str(error)) from None
