"""The options by which a user chooses the model and how sure it must be, and the Auditor made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from detector.cli.failure import CannotRun

if TYPE_CHECKING:
    from detector.auditor import Auditor

Command = Callable[..., Any]

model_option = click.option(
    "--model", type=click.Path(dir_okay=False), metavar="FILE", help="A model made by `detector train`. [default: see `detector models`]"
)
_OPTIONS = (
    model_option,
    click.option(
        "--false-alarm-rate",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        metavar="RATE",
        help="Share of clean pages that may be called injected. [default: 0.001]",
    ),
    click.option(
        "--threshold", type=float, metavar="LOGIT", help="Page log-odds above which a page is injected, instead of --false-alarm-rate."
    ),
    click.option("--max-chars", type=click.IntRange(min=1), metavar="N", help="Characters read of a page. [default: 20,000,000]"),
)


@dataclass(frozen=True)
class AuditorOptions:
    """What the command line asks of the auditor; None where it asks for nothing."""

    model: str | None = None
    false_alarm_rate: float | None = None
    threshold: float | None = None
    max_chars: int | None = None


def auditor_options(command: Command) -> Command:
    """--model, --false-alarm-rate, --threshold and --max-chars, which the command gets as one AuditorOptions called `asked`."""

    @wraps(command)
    def gathered(
        *, model: str | None, false_alarm_rate: float | None, threshold: float | None, max_chars: int | None, **others: Any
    ) -> Any:
        return command(asked=AuditorOptions(model, false_alarm_rate, threshold, max_chars), **others)

    decorated: Command = gathered
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def make_auditor(asked: AuditorOptions) -> Auditor:
    """The Auditor that the options ask for; without a model, the one that the user chose. Raises CannotRun where it cannot be used."""
    if asked.false_alarm_rate is not None and asked.threshold is not None:
        raise click.UsageError("--false-alarm-rate and --threshold exclude each other: give one of them")
    from detector.auditor import Auditor
    from detector.classifier.model import ModelError
    from detector.cli.model_choice import chosen

    limits = {"false_alarm_rate": asked.false_alarm_rate, "threshold": asked.threshold, "max_chars": asked.max_chars}
    given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    choice = None if asked.model is not None else chosen()
    try:
        return Auditor(asked.model if choice is None else choice.path, **given)
    except ModelError as error:
        chosen_by = f" (chosen by {choice.by})" if choice is not None and choice.path is not None else ""
        raise CannotRun(f"{error}{chosen_by}") from None
