"""The forms a report can take. A new one is a file here and a line in `RENDERERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Protocol, TextIO, runtime_checkable

from detector.report.inputs import AuditedInput
from detector.report.renderers.csv import CsvRenderer
from detector.report.renderers.html import HtmlRenderer
from detector.report.renderers.json import JsonRenderer
from detector.report.renderers.jsonl import JsonlRenderer
from detector.report.renderers.sarif import SarifRenderer
from detector.report.renderers.text import TextRenderer

if TYPE_CHECKING:
    from detector.report.site.evidence import SiteReport


class Renderer(Protocol):
    """Writes a report as its inputs come. Made with the stream to write to, which it leaves open."""

    def write(self, audited: AuditedInput) -> None:
        """Take one input. Nothing of it is kept but what the form needs at its end."""

    def close(self) -> None:
        """Write the end, after which the document is whole, however few inputs there were."""


@runtime_checkable
class TellsSites(Protocol):
    """A renderer whose form has a place for verdicts on whole sites."""

    def sites(self, reports: Sequence[SiteReport]) -> None:
        """Take what came of the sites, after the last input and before the end."""


RENDERERS: Final[dict[str, Callable[[TextIO], Renderer]]] = {
    "text": TextRenderer,
    "json": JsonRenderer,
    "jsonl": JsonlRenderer,
    "csv": CsvRenderer,
    "sarif": SarifRenderer,
    "html": HtmlRenderer,
}


class UnknownFormat(ValueError):
    """No renderer has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown format {name!r}: choose from {', '.join(RENDERERS)}")


def render(format_name: str, reports: Iterable[AuditedInput], out: TextIO) -> None:
    """Write a stream of audited inputs in one format. Raises UnknownFormat, and whatever the stream or the inputs raise."""
    render_all([(format_name, out)], reports)


def render_all(
    targets: Sequence[tuple[str, TextIO]], reports: Iterable[AuditedInput], sites: Callable[[], Sequence[SiteReport]] | None = None
) -> None:
    """Write one stream of audited inputs in several formats at once, each to its own text stream.

    sites: asked at the end for the verdicts on whole sites, for the forms that have a place for them.
    Each document is brought to its end also when the inputs break off (Ctrl-C, a read error), so that what was audited is not lost.
    """
    for name, _ in targets:
        if name not in RENDERERS:
            raise UnknownFormat(name)
    with ExitStack() as stack:
        renderers = [RENDERERS[name](out) for name, out in targets]
        for renderer in renderers:
            stack.callback(renderer.close)
        for audited in reports:
            for renderer in renderers:
                renderer.write(audited)
        if sites is not None:
            told = sites()
            for renderer in renderers:
                if isinstance(renderer, TellsSites):
                    renderer.sites(told)
