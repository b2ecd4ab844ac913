"""Foreign sites that many pages link to, with texts or in ways that honest links do not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from detector.report.site.bounded import Bounded, Counted
from detector.report.site.digest import PageDigest
from detector.report.site.evidence import Evidence, Strength
from detector.report.site.figures import SiteFigures

_MOST: Final = 2_000
_FEWEST_PAGES: Final = 3
_FEWEST_FOUND: Final = 2
_MOSTLY: Final = 0.5  # share of its pages on which findings touch links to it
_HIDDEN: Final = 0.8  # share of pages on which no link to it is seen
_OFTEN: Final = 0.1
_SHOWN: Final = 50
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "ne", "net", "or", "org"})


class _Host(Counted):
    found = injected = hidden = 0


class Hosts:
    """Hosts are counted by the domain that is registered: spammers take another subdomain for every page."""

    def __init__(self) -> None:
        self._hosts: Bounded[str, _Host] = Bounded(_MOST, _Host)

    def add(self, page: PageDigest) -> None:
        """Take one page."""
        linked: dict[str, tuple[bool, bool]] = {}
        for link in page.hosts:
            name = registered(link.host)
            found, hidden = linked.get(name, (False, True))
            linked[name] = found or link.found, hidden and link.hidden
        for name, (found, hidden) in linked.items():
            host = self._hosts[name]
            host.count(page.name)
            host.found += found
            host.injected += found and page.verdict == "injected"
            host.hidden += hidden

    def evidence(self, site: SiteFigures) -> Iterator[Evidence]:
        """Hosts to which links lead that findings touch, on many pages."""
        told = 0
        for name, host in self._hosts.items():
            if host.pages < _FEWEST_PAGES or host.found < _FEWEST_FOUND:
                continue
            hidden = host.hidden >= _HIDDEN * host.pages
            if host.found < (_OFTEN if hidden else _MOSTLY) * host.pages:
                continue
            n, how = host.pages, (", out of sight", "，且链接不可见") if hidden else ("", "")
            en = f"{n:,} pages link to this foreign site with texts that read like spam{how[0]}."
            zh = f"{n:,} 个页面以垃圾文字链接到此外部网站{how[1]}。"
            verdict: Strength = "injected" if host.injected >= _FEWEST_FOUND else "suspicious"
            yield Evidence("host", verdict, name, n, host.found, tuple(host.examples), en, zh)
            told += 1
            if told == _SHOWN:
                return


def registered(host: str) -> str:
    """The domain under which a host was registered, near enough: ``a.b.example.com.cn`` → ``example.com.cn``."""
    labels = host.lower().rstrip(".").split(".")
    if labels[-1].isdigit():  # an address
        return host
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if deep else labels[-2:])
