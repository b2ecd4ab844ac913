"""Scrapy: a spider middleware that audits every page of a crawl, and an item pipeline that audits or cleans fields of items.

In ``settings.py``::

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
| DETECTOR_PROCESSES | 0 | audit in so many processes; 0: in a thread, which shares Python's lock with the crawl |

A callback written as ``async def`` has the verdict by ``await verdict_on(response)``. Pages are audited off the reactor's thread, beside the
downloads. The stats are ``detector/pages``, ``detector/verdict/injected``, ``detector/category/gambling``, ``detector/dropped``,
``detector/failed`` and ``detector/seconds``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Request, Response, TextResponse
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from detector.auditor import Auditor
from detector.integrations.judgement import at_least, checked_level, judge, main_category

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_PENDING = "detector_verdict"  # in a response's meta: the verdict to come
Judged = dict[str, Any]


async def verdict_on(response: Response) -> Judged | None:
    """The verdict on a page that the middleware audits: see `detector.integrations.judgement.judge`. None for what is no text."""
    pending = response.meta.get(_PENDING)
    return None if pending is None else await _awaited(pending)


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
        if isinstance(response, TextResponse):
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            response.meta[_PENDING] = self.desk.submit(response.body, response.url, content_type)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Requests go on at once; items wait for the verdict on their page."""
        pending = response.meta.get(_PENDING)
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
    """Takes pages, has them audited off the reactor's thread, and keeps count. One for each crawler."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        given = {
            "model": settings.get("DETECTOR_MODEL"),
            "false_alarm_rate": settings.getfloat("DETECTOR_FALSE_ALARM_RATE") or None,
            "max_chars": settings.getint("DETECTOR_MAX_CHARS") or None,
        }
        self._auditor = Auditor(**{name: value for name, value in given.items() if value is not None})
        self._processes = settings.getint("DETECTOR_PROCESSES")
        self._stats = crawler.stats
        self._executor: Executor | None = None
        crawler.signals.connect(self._start, signals.engine_started)
        crawler.signals.connect(self.close, signals.engine_stopped)

    def _start(self) -> None:
        for _ in range(self._processes):  # while the first pages are still on their way
            self._open().submit(_start_early)

    def _open(self) -> Executor:
        if self._executor is None:
            self._executor = (
                ProcessPoolExecutor(self._processes, get_context("spawn"), _start_process, (self._auditor,))
                if self._processes
                else ThreadPoolExecutor(1, "detector")
            )
        return self._executor

    def submit(self, content: bytes | str, url: str | None, content_type: str | None, *, clean: bool = False) -> Deferred[Judged]:
        executor = self._open()
        run = _judge_in_process if self._processes else partial(_timed, self._auditor)
        try:
            future = executor.submit(run, content, url, content_type, clean)
        except RuntimeError as error:  # the processes broke (BrokenProcessPool is one)
            future = Future()
            future.set_exception(error)
        return self._deferred(executor, future, content, clean)

    def _deferred(self, executor: Executor, future: Future[tuple[Judged, float]], content: bytes | str, clean: bool) -> Deferred[Judged]:
        from twisted.internet import reactor

        deferred: Deferred[Judged] = Deferred()

        def deliver() -> None:
            try:
                judged, seconds = future.result()
            except Exception as error:
                # A page that kills its process must not lose the crawl's others: they go on without a verdict, in processes made anew.
                judged, seconds = {"verdict": None, "score": None, "findings": None, "error": f"the audit's process failed: {error!r}"}, 0.0
                if clean:
                    judged["cleaned"] = content
                if self._executor is executor:
                    self.close()
            self._record(judged, seconds)
            deferred.callback(judged)

        future.add_done_callback(lambda _: reactor.callFromThread(deliver))
        return deferred

    def _record(self, judged: Judged, seconds: float) -> None:
        self.count("pages")
        self.count("seconds", seconds)
        if judged["error"] is not None:
            self.count("failed")
            return
        self.count(f"verdict/{judged['verdict']}")
        for finding in judged["findings"]:
            self.count(f"category/{finding['category']}")

    def count(self, name: str, number: float = 1) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"detector/{name}", number)

    def close(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=False)


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


def _timed(auditor: Auditor, content: bytes | str, url: str | None, content_type: str | None, clean: bool) -> tuple[Judged, float]:
    start = perf_counter()
    judged = judge(content, url, content_type, auditor=auditor, clean=clean)
    return judged, perf_counter() - start


_auditor_here: Auditor | None = None  # of a worker process


def _start_process(auditor: Auditor) -> None:
    global _auditor_here
    _auditor_here = auditor


def _start_early() -> None:
    """Nothing: a process is started for what is submitted to it."""


def _judge_in_process(content: bytes | str, url: str | None, content_type: str | None, clean: bool) -> tuple[Judged, float]:
    assert _auditor_here is not None
    return _timed(_auditor_here, content, url, content_type, clean)
