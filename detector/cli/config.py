"""Options from a file: ``detector.toml``, or ``[tool.detector]`` in ``pyproject.toml``, of the current folder. The command line goes before.

The keys are the options of `detector audit` without their dashes; each command takes those that it has. No folder above is looked into, and
none of the inputs: what a site holds does not decide how it is audited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from detector.cli.failure import CannotRun

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

OWN_FILE: Final = "detector.toml"
SHARED_FILE: Final = "pyproject.toml"
_NOT_IN_A_FILE: Final = frozenset({"config", "no_config", "resume"})
_EXCLUSIVE: Final = (("false_alarm_rate", "threshold"), ("quiet", "verbose"))  # where the command line has one, the file's other is dropped


def config_options(command: Decorated) -> Decorated:
    """--config and --no-config, for commands of the class `Configured`."""
    file = click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        expose_value=False,
        metavar="FILE",
        help="Options in TOML. [default: detector.toml, or [tool.detector] of pyproject.toml, in the current folder]",
    )
    none = click.option("--no-config", is_flag=True, expose_value=False, help="Read no file of options.")
    return file(none(command))


class Configured(click.Command):
    """A command whose options may stand in a file. Raises CannotRun, naming file and key, for what cannot be used."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, with the options of the file as defaults."""
        if not ctx.resilient_parsing and not set(ctx.help_option_names) & set(args):
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            if not given.get("no_config"):
                ctx.default_map = self._options(given)
        return super().parse_args(ctx, args)

    def _options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        path, table = _table(given.get("config"))
        known = _options_of_audit()
        own = {option.name for option in self.params}
        options: dict[str, Any] = {}
        for key, value in table.items():
            option = known.get(key)
            if option is None or option.name is None:
                raise CannotRun(f"{path}: unknown option {key!r}: choose from {', '.join(sorted(known))}")
            _check(path, key, option, value)
            if option.name in own:
                options[option.name] = value
        for pair in _EXCLUSIVE:
            for name, other in (pair, pair[::-1]):
                if name in given:
                    options.pop(other, None)
        return options


def _table(asked: str | None) -> tuple[Path, dict[str, Any]]:
    """The file and what it says; an empty table where there is no file, or nothing for us in it."""
    own, shared = Path(OWN_FILE), Path(SHARED_FILE)
    path = Path(asked) if asked is not None else own if own.is_file() else shared
    if asked is None and not path.is_file():
        return path, {}
    import tomllib

    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    except ValueError as error:
        if asked is None and path == shared:  # a broken file of others is for others to tell
            return path, {}
        raise CannotRun(f"{path}: is not valid TOML: {error}") from None
    if path.name == SHARED_FILE:
        told = told.get("tool", {}).get("detector", {}) if isinstance(told.get("tool", {}), dict) else {}
        if not isinstance(told, dict):
            raise CannotRun(f"{path}: tool.detector must be a table, as in [tool.detector]")
    return path, told


def _options_of_audit() -> dict[str, click.Option]:
    """The options that a file may hold, by their long names without dashes."""
    from detector.cli.audit import command

    options = [option for option in command.params if isinstance(option, click.Option) and option.name not in _NOT_IN_A_FILE]
    return {name.removeprefix("--"): option for option in options for name in option.opts if name.startswith("--")}


def _check(path: Path, key: str, option: click.Option, value: Any) -> None:
    wanted: tuple[type, ...]
    if option.multiple:
        fits, words = isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of texts"
    elif option.is_flag:
        fits, words = isinstance(value, bool), "true or false"
    else:
        numeric = isinstance(option.type, (click.types.IntParamType, click.types.FloatParamType))
        wanted, words = ((int, float), "a number") if numeric else ((str,), "a text")
        fits = isinstance(value, wanted) and not isinstance(value, bool)
    if not fits:
        raise CannotRun(f"{path}: {key} must be {words}, not {value!r}")
    try:
        option.type_cast_value(click.Context(click.Command("audit")), value)
    except click.UsageError as error:
        raise CannotRun(f"{path}: {key}: {error.message}") from None
