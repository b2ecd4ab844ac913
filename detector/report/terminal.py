"""What the stream that a report is written to can show: colour, characters, and the language its reader asked for."""

from __future__ import annotations

import os
from typing import TextIO

from detector.report.wording import Language


def wants_colour(out: TextIO) -> bool:
    """Colour for a terminal, unless NO_COLOR says no; for anything where FORCE_COLOR asks for it."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return out.isatty() and os.environ.get("TERM") != "dumb"


def language() -> Language:
    """Chinese where the locale is Chinese, otherwise English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.startswith("zh") else "en"


def encodable(text: str, out: TextIO) -> str:
    """The text with what the stream's encoding lacks written as escapes: a report must not end on a Latin-1 console."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


class Painter:
    """Writes lines made of (text, style) parts, styled where the stream takes colour. rich is imported only then."""

    def __init__(self, out: TextIO, colour: bool | None = None) -> None:
        self.out = out
        self.colour = wants_colour(out) if colour is None else colour
        if self.colour:
            from rich.console import Console

            self._console = Console(
                file=out, force_terminal=True, color_system="standard", markup=False, highlight=False, emoji=False, soft_wrap=True
            )

    def line(self, *parts: tuple[str, str]) -> None:
        """Write one line; styles are those of rich, "" for none."""
        if not self.colour:
            self.out.write(encodable("".join(text for text, _ in parts), self.out) + "\n")
            return
        from rich.text import Text

        self._console.print(Text.assemble(*((encodable(text, self.out), style) for text, style in parts)))
