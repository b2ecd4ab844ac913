"""The command line. Nothing but click is imported until a command runs, so that ``--help`` and ``--version`` answer at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

# One module of this package each, with a click command named `command`. A new command is a file and a line here.
COMMANDS: Final = (
    "audit", "baseline", "clean", "compare", "explain", "serve", "label", "suggest", "train", "evaluate", "models", "drift",
)  # fmt: skip

_INTERRUPTED: Final = 130  # as shells count it: 128 and the signal's number; 1 would say that something was found
_BROKEN_PIPE: Final = 141
_CRASHED: Final = 70


class _Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"detector.cli.{cmd_name}").command
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.ClickException as error:
            raise _harmless(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; keep exit code 1, which means "found", from all that is not a finding."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("detector: stopped", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None
        except BrokenPipeError:  # `detector audit … | head`: nobody reads on, and nothing more may be flushed to the pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(_BROKEN_PIPE) from None
        except click.ClickException as error:
            raise _harmless(error) from None
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            import traceback

            click.echo(_escaped(traceback.format_exc()), err=True)
            click.echo("detector: this is a bug in detector; please report it with the lines above", err=True)
            raise click.exceptions.Exit(_CRASHED) from None


def _escaped(lines: str) -> str:
    from detector.report.safe_text import escape_unsafe

    return "\n".join(map(escape_unsafe, lines.rstrip("\n").split("\n")))


def _harmless(error: click.ClickException) -> click.ClickException:
    """The error, in whose message nothing acts on a terminal: names of files stand in it, and what files hold."""
    message = _escaped(error.format_message())
    error.format_message = lambda: message  # type: ignore[method-assign]
    return error


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from detector.report.version import tool_version

        click.echo(f"detector {tool_version()}")
        ctx.exit()


EPILOG: Final = """\b
Examples:
  detector audit page.html                       one page
  detector audit site/ --format html=report.html a folder, as a report to look at
  curl -s https://example.com | detector audit - standard input
  detector clean page.html > cleaned.html        the page without what was found

\b
Exit codes:
  0  clean      1  something found at or above --fail-on
  2  the command line is wrong, or the model cannot be used
  3  some inputs could not be read
  70, 130, 141  a bug; stopped by Ctrl-C; nobody reads the output any more

\b
Completion by the Tab key, by a line in ~/.bashrc (zsh_source in ~/.zshrc):
  eval "$(_DETECTOR_COMPLETE=bash_source detector)"
and for fish, in ~/.config/fish/completions/detector.fish:
  _DETECTOR_COMPLETE=fish_source detector | source

Every command has its own --help with examples."""


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version and exit.")
def main() -> None:
    """Find spam injected into web pages: what was slipped in, where, how it is hidden, and why it is spam."""
