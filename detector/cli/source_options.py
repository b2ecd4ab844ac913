"""The options by which a user limits and steers where pages come from, and the SourceOptions made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from detector.sources import SourceOptions

Command = TypeVar("Command", bound=Callable[..., Any])

inputs_argument = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")

# The names of the options are those of the fields of SourceOptions; one that is not given keeps the field's default.
_OPTIONS = (
    click.option("--max-bytes", type=click.IntRange(min=1), metavar="N", help="Largest page, unpacked. [default: 20,000,000]"),
    click.option("--include", multiple=True, metavar="PATTERN", help="In folders, only these names; as in .gitignore. Repeatable."),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="In folders, not these names. Repeatable."),
    click.option("--no-ignore-file", is_flag=True, help="Do not read .detectorignore: whoever broke in may have written it."),
    click.option(
        "--column",
        metavar="NAME",
        help="Column of Parquet and JSONL that holds the page. [default: html, text, content, raw_content or body]",
    ),
    click.option("--crawl", type=click.IntRange(min=0), metavar="N", help="Follow a URL's links on its own site, up to N pages."),
    click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Most pages of one sitemap or crawl. [default: 50,000]"),
    click.option("--no-robots", is_flag=True, help="Fetch what robots.txt forbids: for a site of your own."),
    click.option("--allow-private", is_flag=True, help="Fetch from this machine and private networks too."),
    click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="S", help="Seconds for a connect or read. [default: 10]"),
    click.option("--deadline", type=click.FloatRange(0, min_open=True), metavar="S", help="Seconds for one page in all. [default: 60]"),
    click.option("--retries", type=click.IntRange(min=0), metavar="N", help="Further tries where a server fails. [default: 2]"),
    click.option("--user-agent", metavar="NAME", help="What to call yourself to servers. [default: detector]"),
)


def source_options(command: Command) -> Command:
    """Everything `make_source_options` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_source_options(*, no_ignore_file: bool, no_robots: bool, **given: Any) -> SourceOptions:
    """SourceOptions from the values of the options above."""
    from detector.sources import SourceOptions

    fields = {name: value for name, value in given.items() if value is not None}
    if no_ignore_file:
        fields["ignore_file"] = None
    return SourceOptions(robots=not no_robots, **fields)
