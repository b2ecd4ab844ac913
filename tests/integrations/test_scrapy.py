"""Real crawls of a site on the loopback interface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import detector
from tests.integrations.pages import CLEAN, INFECTED
from tests.sources.conftest import Site, page
from tests.sources.conftest import site as site

pytest.importorskip("scrapy", reason="Scrapy is not installed: pip install 'detector[scrapy]'")

ROOT = Path(__file__).parents[2]
ALONE: dict[str, Any] = {"SPIDER_MIDDLEWARES": {"detector.integrations.scrapy.DetectorSpiderMiddleware": 950}}
MIDDLEWARE = ALONE | {"DOWNLOADER_MIDDLEWARES": {"detector.integrations.scrapy.DetectorDownloaderMiddleware": 50}}
PIPELINE = {"ITEM_PIPELINES": {"detector.integrations.scrapy.DetectorPipeline": 300}}
Crawl = Callable[..., tuple[dict[str, dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def crawl(site: Site) -> Crawl:
    """Crawl a site of six pages, two of them infected, and a picture; gives the items by path, and the stats."""
    links = "".join(
        f'<p><a href="/{name}">Page {name} of our town</a></p>' for name in ("clean", "infected", "again", "gbk", "late", "photo")
    )
    page_of = {
        "/": CLEAN.replace("</body>", links + "</body>"),
        "/clean": CLEAN,
        "/infected": INFECTED,
        "/again": INFECTED + "<p>And more.</p>",
        "/late": CLEAN,
    }
    for path, html in page_of.items():
        site.pages[path] = page(html.encode(), "text/html; charset=utf-8")
    site.pages["/gbk"] = page(CLEAN.encode("gb18030"), "text/html; charset=gb18030")
    site.pages["/photo"] = page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png")

    def run(spider: str = "PageSpider", **settings: Any) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
        command = [sys.executable, "-m", "tests.integrations.crawl", f"{site.root}/", spider, json.dumps(settings)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=environment, timeout=120, start_new_session=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        return {item["url"].removeprefix(site.root): item for item in found["items"]}, found["stats"]

    return run


VERDICTS = {"/": "clean", "/clean": "clean", "/gbk": "clean", "/late": "clean", "/infected": "injected", "/again": "injected"}


def verdicts_of(items: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {path: item["detector"]["verdict"] for path, item in items.items() if "detector" in item}


@pytest.mark.parametrize(
    "settings",
    [MIDDLEWARE, MIDDLEWARE | {"DETECTOR_PROCESSES": 2}, MIDDLEWARE | {"DETECTOR_PROCESSES": 0}, ALONE, ALONE | {"DETECTOR_PROCESSES": 0}],
    ids=["in a process", "in two", "in a thread", "in a process, spider middleware alone", "in a thread, spider middleware alone"],
)
def test_items_carry_the_verdict_on_their_page_and_the_stats_count_them(crawl: Crawl, site: Site, settings: dict[str, Any]) -> None:
    items, stats = crawl(**settings)
    assert verdicts_of(items) == VERDICTS
    assert items["/photo"] == {"url": f"{site.root}/photo", "size": 264}
    plain = detector.audit(INFECTED.encode(), f"{site.root}/infected", "text/html; charset=utf-8")
    told = items["/infected"]["detector"]
    assert (told["score"], [f["byte_start"] for f in told["findings"]]) == (plain.score, [f.byte_start for f in plain.findings])
    counted = {name.removeprefix("detector/"): value for name, value in stats.items() if name.startswith("detector/")}
    assert counted.pop("seconds") > 0
    assert counted == {"pages": 6, "verdict/clean": 4, "verdict/injected": 2, f"category/{plain.findings[0].category}": 2}


def test_items_of_infected_pages_can_be_dropped(crawl: Crawl) -> None:
    items, stats = crawl(**MIDDLEWARE, DETECTOR_DROP="injected", DETECTOR_FIELD="")
    assert set(items) == {"/", "/clean", "/gbk", "/late", "/photo"}
    assert stats["detector/dropped"] == 2
    assert "detector" not in items["/clean"]


def test_a_callback_can_wait_for_the_verdict(crawl: Crawl) -> None:
    items, _ = crawl("WaitingSpider", **MIDDLEWARE)
    assert Counter(item["seen"] for item in items.values()) == {"clean": 4, "injected": 2, None: 1}


def test_the_reactor_goes_on_while_pages_are_audited(crawl: Crawl) -> None:
    _, stats = crawl("HeldSpider", **MIDDLEWARE, DETECTOR_PROCESSES=0)
    assert (stats["detector/pages"], stats.get("detector/failed", 0)) == (6, 0)


def test_downloads_go_on_while_audits_are_slow(crawl: Crawl) -> None:
    items, _ = crawl("SlowAuditsSpider", **MIDDLEWARE, CONCURRENT_REQUESTS=2)
    assert verdicts_of(items) == VERDICTS


def test_no_verdict_is_lost_when_a_process_is_killed(crawl: Crawl, tmp_path: Path) -> None:
    log = tmp_path / "log"
    items, stats = crawl("KilledSpider", **MIDDLEWARE, LOG_LEVEL="WARNING", LOG_FILE=str(log))
    assert verdicts_of(items) == VERDICTS
    assert "detector/failed" not in stats
    assert log.read_text("utf-8").count("a process that audits pages has ended; its work goes on in another one") == 1


def test_a_page_over_which_two_processes_end_goes_on_without_a_verdict(crawl: Crawl, tmp_path: Path) -> None:
    log = tmp_path / "log"
    items, stats = crawl("TwiceKilledSpider", **MIDDLEWARE, LOG_LEVEL="WARNING", LOG_FILE=str(log))
    assert verdicts_of(items) == VERDICTS | {"/infected": None}
    assert "process failed" in items["/infected"]["detector"]["error"]
    assert stats["detector/failed"] == 1
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_audits_go_on_in_the_crawler_where_no_process_can_be_started(crawl: Crawl, tmp_path: Path) -> None:
    log = tmp_path / "log"
    items, _ = crawl("NoPythonSpider", **MIDDLEWARE, LOG_LEVEL="WARNING", LOG_FILE=str(log))
    assert verdicts_of(items) == VERDICTS
    assert log.read_text("utf-8").count("its work goes on in a thread of the crawler") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_after_control_c_pages_in_work_still_get_their_verdict(crawl: Crawl) -> None:
    items, stats = crawl("InterruptedSpider", **MIDDLEWARE)
    assert stats["finish_reason"] == "shutdown"
    assert "/late" in items
    assert all(item["detector"]["verdict"] == VERDICTS[path] for path, item in items.items() if path in VERDICTS)


def test_a_meta_that_is_handed_on_hands_no_verdict_on(crawl: Crawl) -> None:
    items, _ = crawl("HandingOnSpider", **MIDDLEWARE)
    assert verdicts_of(items) == VERDICTS
    assert "detector" not in items["/photo"]


def test_robots_txt_is_not_audited(crawl: Crawl, site: Site) -> None:
    site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /private\n", "text/plain")
    _, stats = crawl(**MIDDLEWARE, ROBOTSTXT_OBEY=True)
    assert stats["robotstxt/response_status_count/200"] == 1
    assert stats["detector/pages"] == 6


def test_a_wrong_setting_is_told_before_the_crawl_begins() -> None:
    from scrapy.utils.test import get_crawler

    from detector.integrations.scrapy import DetectorSpiderMiddleware

    with pytest.raises(ValueError, match="false_alarm_rate must lie between 0 and 1"):
        DetectorSpiderMiddleware(get_crawler(settings_dict={"DETECTOR_FALSE_ALARM_RATE": 2}))


def test_the_crawler_loads_neither_numpy_nor_a_model() -> None:
    code = "import detector.integrations.scrapy, sys; print({'numpy', 'detector.auditor'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert (done.stdout.strip(), done.stderr) == ("set()", "")


def test_the_pipeline_cleans_fields_of_items(crawl: Crawl, site: Site) -> None:
    items, _ = crawl(**PIPELINE, DETECTOR_ITEM_FIELDS=["html"], DETECTOR_CLEAN=True)
    assert items["/infected"]["html"] == detector.clean(INFECTED, f"{site.root}/infected")
    assert items["/clean"]["html"] == CLEAN
    assert items["/again"]["detector"]["verdict"] == "injected"


def test_the_pipeline_drops_infected_items(crawl: Crawl) -> None:
    items, stats = crawl(**PIPELINE, DETECTOR_ITEM_FIELDS=["html"], DETECTOR_DROP="injected", LOG_LEVEL="CRITICAL")
    assert set(items) == {"/", "/clean", "/gbk", "/late", "/photo"}
    assert stats["item_dropped_count"] == 2


def test_it_can_be_switched_off(crawl: Crawl) -> None:
    items, stats = crawl(**MIDDLEWARE, DETECTOR_ENABLED=False)
    assert len(items) == 7 and not [name for name in stats if name.startswith("detector/")]
