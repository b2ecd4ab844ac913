"""What a site's robots.txt allows (RFC 9309), read once a site."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from protego import Protego

from detector.sources.document import SourceError

MAX_DELAY: Final = 10.0  # seconds; a site that asks for more gets this
ROBOTS_LIMIT: Final = 500 * 1024  # bytes, as the standard has it
_SITES: Final = 1000


class Robots:
    """The rules of the sites of one run. fetch: URL of a robots.txt → its bytes; raises SourceError."""

    def __init__(self, fetch: Callable[[str], bytes], user_agent: str) -> None:
        self._fetch = fetch
        self._user_agent = user_agent
        self._rules: OrderedDict[str, Protego | SourceError] = OrderedDict()

    def check(self, url: str, origin: str) -> None:
        """Raises SourceError "robots" where the page must not be fetched. origin: scheme, host and port of the URL."""
        rules = self._of(origin)
        if isinstance(rules, SourceError):
            if rules.name == "private-address":
                raise rules
            raise SourceError("robots", f"{origin}/robots.txt cannot be read ({rules}), which forbids all")
        if not rules.can_fetch(url, self._user_agent):
            raise SourceError("robots", f"{origin}/robots.txt forbids it")

    def delay(self, origin: str) -> float:
        """Seconds that the site wants between two fetches, at most `MAX_DELAY`."""
        rules = self._of(origin)
        delay = None if isinstance(rules, SourceError) else rules.crawl_delay(self._user_agent)
        return min(max(delay or 0.0, 0.0), MAX_DELAY)

    def _of(self, origin: str) -> Protego | SourceError:
        if origin not in self._rules:
            try:
                self._rules[origin] = Protego.parse(self._fetch(f"{origin}/robots.txt").decode(errors="replace"))
            except SourceError as error:
                self._rules[origin] = error
            if len(self._rules) > _SITES:
                self._rules.popitem(last=False)
        self._rules.move_to_end(origin)
        return self._rules[origin]
