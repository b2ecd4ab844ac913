"""One Scrapy crawl in a process of its own, since a reactor cannot be started twice: ``crawl.py ROOT SPIDER SETTINGS``.

Prints the items and the stats of the crawl as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from detector.integrations import beside_reactor
from detector.integrations import scrapy as adapter
from detector.integrations.audit_process import framed


class PageSpider(scrapy.Spider):
    """Follows every link; an item a page."""

    name = "pages"
    root = ""
    allowed_domains = ("127.0.0.1",)  # the infected pages link to hosts elsewhere

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(self.root)

    def parse(self, response: Response) -> Iterator[Any]:
        if isinstance(response, scrapy.http.TextResponse):
            yield from response.follow_all(css='a[href^="/"]')
            yield {"url": response.url, "html": response.text}
        else:
            yield {"url": response.url, "size": len(response.body)}


class WaitingSpider(PageSpider):
    """Asks for the verdict in its callback."""

    async def parse(self, response: Response) -> AsyncIterator[Any]:  # type: ignore[override]
        judged = await adapter.verdict_on(response)
        if judged is not None and judged["verdict"] == "clean":
            for request in response.follow_all(css='a[href^="/"]'):
                yield request
        yield {"url": response.url, "seen": judged and judged["verdict"]}


class HeldSpider(PageSpider):
    """Every audit waits until the reactor's thread has come round again, which it never does where the audit holds it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        audit = beside_reactor.audited

        def audit_after_the_reactor(*arguments: Any) -> Any:
            from twisted.internet import reactor

            came_round = threading.Event()
            reactor.callFromThread(came_round.set)  # type: ignore[attr-defined]
            return audit(*arguments) if came_round.wait(20) else ({"error": "the reactor was held up"}, 0.0)

        beside_reactor.audited = audit_after_the_reactor


class Deadly:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


class KilledSpider(PageSpider):
    """The first processes that come to the page /infected end over it: so many as `times` says."""

    times = 1

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        give, left = beside_reactor._Process.give, [self.times]

        def give_or_kill(process: Any, job: Any) -> None:
            if left[0] and str(job.page.url).endswith("/infected"):
                left[0] -= 1
                process.jobs.append(job)
                process._pipe.write(framed(Deadly()))
            else:
                give(process, job)

        beside_reactor._Process.give = give_or_kill  # type: ignore[method-assign]


class TwiceKilledSpider(KilledSpider):
    """Two processes in succession."""

    times = 2


class SlowAuditsSpider(PageSpider):
    """But for the first page, nothing is audited until all pages but one have come to the callback."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seen = 0
        self.held: list[tuple[Any, Any]] | None = []
        give = self.give = beside_reactor._Process.give

        def give_later(process: Any, job: Any) -> None:
            if self.held is None or str(job.page.url) == self.root:
                give(process, job)
            else:
                self.held.append((process, job))

        beside_reactor._Process.give = give_later  # type: ignore[method-assign]
        beside_reactor.AuditProcesses.ready = True  # type: ignore[misc, assignment]

    def parse(self, response: Response) -> Iterator[Any]:
        self.seen += 1
        if self.seen == 6 and self.held is not None:
            held, self.held = self.held, None
            for process, job in held:
                self.give(process, job)
        yield from super().parse(response)


class NoPythonSpider(PageSpider):
    """No process can be started."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        sys.executable = "/nowhere/python"


class InterruptedSpider(PageSpider):
    """Ctrl-C, which the terminal sends to all processes of the crawl, as the last pages come in."""

    def parse(self, response: Response) -> Iterator[Any]:
        yield from super().parse(response)
        if response.url.endswith("/late"):
            os.killpg(0, signal.SIGINT)


class HandingOnSpider(PageSpider):
    """Hands the meta of a page's request on to the requests that come of it, as many spiders do."""

    def parse(self, response: Response) -> Iterator[Any]:
        for one in super().parse(response):
            yield one.replace(meta=response.meta) if isinstance(one, scrapy.Request) else one


SPIDERS = {
    spider.__name__: spider
    for spider in (
        PageSpider,
        WaitingSpider,
        HeldSpider,
        KilledSpider,
        TwiceKilledSpider,
        SlowAuditsSpider,
        NoPythonSpider,
        InterruptedSpider,
        HandingOnSpider,
    )
}


def main() -> None:
    root, spider, settings = sys.argv[1], SPIDERS[sys.argv[2]], json.loads(sys.argv[3])
    items: list[Any] = []
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False} | settings)
    crawler = process.create_crawler(spider)
    crawler.signals.connect(lambda item: items.append(item), scrapy.signals.item_scraped, weak=False)
    process.crawl(crawler, root=root)
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    print(json.dumps({"items": items, "stats": {k: v for k, v in stats.items() if isinstance(v, int | float | str)}}))


if __name__ == "__main__":
    main()
