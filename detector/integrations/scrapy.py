"""Scrapy: middlewares that audit every page of a crawl, and an item pipeline that audits or cleans fields of items.

In ``settings.py``::

    DOWNLOADER_MIDDLEWARES = {"detector.integrations.scrapy.DetectorDownloaderMiddleware": 50}
    SPIDER_MIDDLEWARES = {"detector.integrations.scrapy.DetectorSpiderMiddleware": 950}
    ITEM_PIPELINES = {"detector.integrations.scrapy.DetectorPipeline": 300}

| setting | default | meaning |
|---|---|---|
| DETECTOR_ENABLED | True | |
| DETECTOR_MODEL, DETECTOR_FALSE_ALARM_RATE | the shipped one, 0.001 | as of `detector.Auditor` |
| DETECTOR_MAX_CHARS | 20,000,000 | characters of a page that are read |
| DETECTOR_DROP | None | "suspicious" or "injected": items from such pages, and such items, are dropped |
| DETECTOR_FIELD | "detector" | field of an item that takes the verdict; empty: none |
| DETECTOR_ITEM_FIELDS | [] | fields of items that the pipeline audits |
| DETECTOR_CLEAN | False | the pipeline puts the cleaned text into those fields |
| DETECTOR_PROCESSES | 1 | audit in so many processes beside the crawler; 0: in a thread, which shares Python's lock with the crawl |

A callback written as ``async def`` has the verdict by ``await verdict_on(response)``. Pages are audited beside the
reactor, and an item waits for the verdict on its page. A process that ends over a page is replaced, and none is lost: a page that ends two
of them goes on without a verdict, with an ``error``; where no process can be started, a thread audits. The stats are ``detector/pages``, ``detector/verdict/injected``, ``detector/category/gambling``, ``detector/dropped``,
``detector/failed`` and ``detector/seconds``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Request, Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from detector.integrations.audit_process import Audited, Page
from detector.integrations.beside_reactor import AuditProcesses, AuditThread
from detector.integrations.judgement import at_least, checked_level, main_category

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Judged = dict[str, Any]
_pending: WeakKeyDictionary[Response, Deferred[Judged]] = (
    WeakKeyDictionary()
)  # the verdicts to come; a request's meta is handed on to others


async def verdict_on(response: Response) -> Judged | None:
    """The verdict on a page that the middleware audits: see `detector.integrations.judgement.judge`. None for what is no text."""
    pending = _pending.get(response)
    return None if pending is None else await _awaited(pending)


class DetectorDownloaderMiddleware:
    """Lets a page wait for its verdict before it comes to the spider. The spider middleware does without it, but for more.

    For every page, Scrapy starts CONCURRENT_ITEMS tasks that take what the callback yields, and every one of them waits where a spider
    middleware waits. Nothing else waits here. Pages go on unjudged, to wait there, while the auditing process is getting ready, and where half of
    CONCURRENT_REQUESTS wait here: downloads do not stand still for slow audits.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.desk = _desk(crawler)
        self._waiting = 0
        self._most = max(1, crawler.settings.getint("CONCURRENT_REQUESTS") // 2)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DetectorDownloaderMiddleware:
        """How Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response, after its verdict. Not of what goes to no callback: robots.txt, media, most pages of an error."""
        if request.callback is not NO_CALLBACK and 200 <= response.status < 300:
            pending = self.desk.receive(response)
            if pending is not None and self.desk.ready and self._waiting < self._most:
                self._waiting += 1
                try:
                    await _awaited(pending)
                finally:
                    self._waiting -= 1
        return response


class DetectorSpiderMiddleware:
    """Audits pages as they come in, and tells on the items that come out of them."""

    def __init__(self, crawler: Crawler) -> None:
        self.desk = _desk(crawler)
        self.drop = checked_level(crawler.settings.get("DETECTOR_DROP") or None)
        self.field = crawler.settings.get("DETECTOR_FIELD", "detector")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DetectorSpiderMiddleware:
        """How Scrapy makes it."""
        return cls(crawler)

    def process_spider_input(self, response: Response) -> None:
        """The audit begins; the callback is called meanwhile."""
        self.desk.receive(response)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Requests go on at once; items wait for the verdict on their page."""
        pending = _pending.get(response)
        judged: Judged | None = None
        async for one in result:
            if pending is not None and not isinstance(one, Request):
                judged = judged if judged is not None else await _awaited(pending)
                if self.drop and at_least(judged["verdict"], self.drop):
                    self.desk.count("dropped")
                    continue
                _tell(one, self.field, judged)
            yield one
        if pending is not None and judged is None:
            await _awaited(pending)  # a crawl does not run ahead of its audits: Scrapy counts this page as in work until here


class DetectorPipeline:
    """Audits the fields of items that DETECTOR_ITEM_FIELDS names, and cleans them where DETECTOR_CLEAN says so."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.fields = settings.getlist("DETECTOR_ITEM_FIELDS")
        if not self.fields:
            raise NotConfigured("DETECTOR_ITEM_FIELDS names no field of items")
        self.desk = _desk(crawler)
        self.clean = settings.getbool("DETECTOR_CLEAN")
        self.drop = checked_level(settings.get("DETECTOR_DROP") or None)
        self.field = settings.get("DETECTOR_FIELD", "detector")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DetectorPipeline:
        """How Scrapy makes it."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """The item, with the verdict on its worst field. Raises DropItem."""
        fields = ItemAdapter(item)
        url = fields.get("url")
        worst: Judged | None = None
        for name in self.fields:
            content = fields.get(name)
            if not isinstance(content, str | bytes) or not content:
                continue
            judged = await _awaited(self.desk.submit(content, url if isinstance(url, str) else None, None, clean=self.clean))
            if self.drop and at_least(judged["verdict"], self.drop):
                self.desk.count("dropped")
                raise DropItem(f"{name} is {judged['verdict']}: {main_category(judged['findings'])}")
            if self.clean:
                fields[name] = judged.pop("cleaned")
            if worst is None or (judged["score"] or 0) > (worst["score"] or 0):
                worst = judged
        if worst is not None:
            _tell(item, self.field, worst)
        return item


class _Desk:
    """Takes pages, has them audited beside the reactor, and keeps count. One for each crawler."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        asked = {
            "model": settings.get("DETECTOR_MODEL"),
            "false_alarm_rate": settings.getfloat("DETECTOR_FALSE_ALARM_RATE") or None,
            "max_chars": settings.getint("DETECTOR_MAX_CHARS") or None,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        if given:  # wrong ones end the crawl before it begins; the usual ones are right, and need neither numpy nor the model here
            from detector.auditor import Auditor

            Auditor(**given)
        self._stats = crawler.stats
        processes = settings.getint("DETECTOR_PROCESSES", 1) if settings.getbool("TWISTED_REACTOR_ENABLED", True) else 0
        self._audits = AuditProcesses(processes, given) if processes > 0 else AuditThread(given)
        crawler.signals.connect(self._audits.start, signals.engine_started)
        crawler.signals.connect(self._audits.close, signals.engine_stopped)

    @property
    def ready(self) -> bool:
        return self._audits.ready

    def receive(self, response: Response) -> Deferred[Judged] | None:
        """Have a page audited, once. None for what is no text."""
        if response not in _pending and isinstance(response, TextResponse):
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            _pending[response] = self.submit(response.body, response.url, content_type)
        return _pending.get(response)

    def submit(self, content: bytes | str, url: str | None, content_type: str | None, *, clean: bool = False) -> Deferred[Judged]:
        return self._audits.submit(Page(content, url, content_type, clean)).addCallback(self._recorded)

    def _recorded(self, audited: Audited) -> Judged:
        judged, seconds = audited
        self.count("pages")
        self.count("seconds", seconds)
        if judged["error"] is not None:
            self.count("failed")
            return judged
        self.count(f"verdict/{judged['verdict']}")
        for finding in judged["findings"]:
            self.count(f"category/{finding['category']}")
        return judged

    def count(self, name: str, number: float = 1) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"detector/{name}", number)


def _desk(crawler: Crawler) -> _Desk:
    if not crawler.settings.getbool("DETECTOR_ENABLED", True):
        raise NotConfigured("DETECTOR_ENABLED is off")
    # Middleware and pipeline of a crawler share one. It is kept on the crawler, so that it goes when the crawler goes.
    desk: _Desk | None = getattr(crawler, "_detector_desk", None)
    if desk is None:
        desk = crawler._detector_desk = _Desk(crawler)
    return desk


async def _awaited(pending: Deferred[Judged]) -> Judged:
    """The result of a Deferred, which others may be waiting for as well."""
    waiting: Deferred[Judged] = Deferred()

    def pass_on(judged: Judged) -> Judged:
        waiting.callback(judged)
        return judged

    pending.addCallback(pass_on)
    return cast("Judged", await maybe_deferred_to_future(waiting))


def _tell(item: Any, field: str, judged: Judged) -> None:
    if not field or not ItemAdapter.is_item(item):
        return
    fields = ItemAdapter(item)
    if field in fields.field_names() or isinstance(item, dict):  # an Item or dataclass takes only the fields that it declares
        fields[field] = judged
