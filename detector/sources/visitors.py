"""One URL as several visitors are served it: a site that cloaks shows search engines, or who comes from one, another page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from detector.sources.document import Document, SourceOptions
from detector.sources.http import Fetcher

_CHROME: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page. name: what to call them in a report; referrer: where they come from, "" for nowhere."""

    name: str
    user_agent: str
    referrer: str = ""


BROWSER: Final = Visitor("browser", _CHROME)
OTHERS: Final = (
    Visitor("Googlebot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    Visitor("Baiduspider", "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"),
    Visitor("Google search", _CHROME, "https://www.google.com/"),
    Visitor("Baidu search", _CHROME, "https://www.baidu.com/s?wd=site"),
)


def fetch_as(url: str, visitor: Visitor, options: SourceOptions) -> Document:
    """The page that a visitor is served, over a connection and without cookies of anyone else's. Raises nothing; see `Document.error`."""
    with Fetcher(replace(options, user_agent=visitor.user_agent, referrer=visitor.referrer)) as fetcher:
        return fetcher.document(url)
