"""What the adapters cost: a Scrapy crawl with and without the middleware, and Spark against the plain call.

    python benchmarks/engines.py scrapy [--pages 1000] [--latency 0] [--calls]
    python benchmarks/engines.py spark [--rows 50000]

Both write their own pages: articles of 1 to 12 kB, one in ten infected. Scrapy crawls them from a server in a process of its own on the
loopback interface, with latency (seconds) before each answer if asked; the runs take turns, and the least time of each counts, from before
the middlewares are loaded until the crawl is over. The processor time is that of the crawling process alone, what the crawl is held up by
where a further core is free. Both say little on a loaded machine; --calls counts instead the calls of Python functions on the crawl's
thread, which hardly differ from run to run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS = "The council|Our library|The ferry company|A reader|The school board|The bakery in Mill Lane|The weather service|Nobody".split(
    "|"
)
VERBS = "announced|discussed|opened|repaired|described|measured|painted|postponed".split("|")
OBJECTS = (
    "the new footbridge|a timetable for winter|forty metres of pavement|the reading room|its annual accounts|a walk along the river".split(
        "|"
    )
)
SPAM = "online casino|slots bonus|free spins|poker sites|betting tips|live roulette|jackpot city|sports odds|baccarat|sportsbook".split("|")


def page(number: int, links: int = 0) -> str:
    """One page: the same number gives the same page."""
    r = random.Random(number)

    def sentence() -> str:
        return f"{r.choice(SUBJECTS)} {r.choice(VERBS)} {r.choice(OBJECTS)} on {r.choice('Monday Tuesday Friday Sunday'.split())}, {r.randint(2, 900)} times."

    paragraphs = "".join(f"<p>{' '.join(sentence() for _ in range(r.randint(2, 8)))}</p>\n" for _ in range(r.randint(3, 25)))
    following = "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in range(number + 1, number + 1 + links))
    spam = f'<div style="display:none">{" | ".join(r.sample(SPAM, 8))}</div>' if number % 10 == 3 else ""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Town news {number}</title></head><body><h1>News of day {number}</h1>\n"
        f"{paragraphs}<ul>{following}</ul>{spam}</body></html>"
    )


SERVER = """
import asyncio, sys
from benchmarks.engines import page
count, latency = int(sys.argv[1]), float(sys.argv[2])
pages = [page(n, 20 if n % 20 == 0 else 0).encode() for n in range(count + 1)]
pages[0] = page(0).replace("<ul>", "<ul>" + "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in range(1, count))).encode()
async def answer(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            path = head.split(b" ", 2)[1].decode().strip("/") or "0"
            body = pages[int(path)] if path.isdigit() and int(path) < count else b""
            if latency:
                await asyncio.sleep(latency)
            writer.write(b"HTTP/1.1 %s\\r\\nContent-Type: text/html; charset=utf-8\\r\\nContent-Length: %d\\r\\n\\r\\n" % (b"200 OK" if body else b"404 Not Found", len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""

SPIDER = """
import cProfile, json, pstats, sys, time
import scrapy
from scrapy.crawler import CrawlerProcess
class Pages(scrapy.Spider):
    name = "pages"
    async def start(self):
        yield scrapy.Request(sys.argv[1])
    def parse(self, response):
        yield from response.follow_all(css="a")
        yield {"url": response.url, "title": response.css("title::text").get(), "text": " ".join(response.css("p::text").getall())}
if __name__ == "__main__":
    profile = cProfile.Profile()
    if sys.argv[3:]:
        profile.enable()
    begin = time.perf_counter()
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0,
                              "CONCURRENT_REQUESTS_PER_DOMAIN": 16, **json.loads(sys.argv[2])})
    crawler = process.create_crawler(Pages)
    process.crawl(crawler)
    process.start()
    profile.disable()
    stats = crawler.stats.get_stats()
    print(json.dumps({"seconds": time.perf_counter() - begin, "calls": pstats.Stats(profile).total_calls if sys.argv[3:] else 0, "cpu": time.process_time(), "items": stats["item_scraped_count"], "audit": stats.get("detector/seconds", 0),
                      "pages": stats.get("detector/pages", 0), "injected": stats.get("detector/verdict/injected", 0)}))
"""


def run_scrapy(count: int, latency: float, rounds: int, calls: bool) -> None:
    spider_middleware = {"SPIDER_MIDDLEWARES": {"detector.integrations.scrapy.DetectorSpiderMiddleware": 950}}
    both = spider_middleware | {"DOWNLOADER_MIDDLEWARES": {"detector.integrations.scrapy.DetectorDownloaderMiddleware": 50}}
    ways: dict[str, dict[str, Any]] = {
        "without": {},
        "with": both,
        "with, in 2 processes": both | {"DETECTOR_PROCESSES": 2},
        "spider middleware alone": spider_middleware,
        "with, in a thread": both | {"DETECTOR_PROCESSES": 0},
    }
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SERVER, str(count), str(latency)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        spider = Path(folder) / "spider.py"
        spider.write_text(SPIDER, "utf-8")
        try:
            assert server.stdout is not None
            address = f"http://127.0.0.1:{int(server.stdout.readline())}/0"
            found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
            for _ in range(rounds):
                for way, settings in ways.items():
                    done = subprocess.run(
                        [sys.executable, str(spider), address, json.dumps(settings), *["calls"] * calls],
                        capture_output=True,
                        text=True,
                        env=environment,
                        check=True,
                    )
                    found[way].append(json.loads(done.stdout))
        finally:
            server.terminate()
    size = sum(len(page(n)) for n in range(count)) / count
    load = " ".join(f"{n:.1f}" for n in os.getloadavg())
    print(
        f"{count} pages, {size:,.0f} characters on average, {latency * 1e3:.0f} ms before each answer, least of {rounds} runs; load {load}"
    )
    if calls:
        for way, runs in found.items():
            print(f"{way:24s} {runs[0]['calls']:12,.0f} calls {runs[0]['calls'] / found['without'][0]['calls'] - 1:+7.1%}")
        return
    least, least_cpu = (min(run[name] for run in found["without"]) for name in ("seconds", "cpu"))
    for way, runs in found.items():
        best = min(runs, key=lambda run: run["seconds"])
        cpu = min(run["cpu"] for run in runs)
        counts = f"{best['items']} items, {best['pages']} audited in {best['audit']:.2f} s, {best['injected']} injected"
        print(
            f"{way:24s} {best['seconds']:7.2f} s  {best['seconds'] / least - 1:+7.1%}   processor {cpu:6.2f} s {cpu / least_cpu - 1:+7.1%}   {counts}"
        )


def run_spark(count: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    sys.path.insert(0, str(ROOT))
    import detector
    from detector.integrations.spark import audit_dataframe

    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages.parquet"
        pq.write_table(pa.table({"id": range(count), "html": [page(n) for n in range(count)]}), source, row_group_size=2_000)
        session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            begin = time.perf_counter()
            audit_dataframe(session.read.parquet(str(source)).repartition(4), "html", keep=False).write.parquet(f"{folder}/out")
            by_spark = time.perf_counter() - begin
        finally:
            session.stop()
        rows = pq.read_table(f"{folder}/out").to_pylist()
    begin = time.perf_counter()
    differing = 0
    for row in rows:
        report = detector.audit(page(row["id"]))
        places = [(f.start, f.end, f.text, f.category) for f in report.findings]
        told = [(f["start"], f["end"], f["text"], f["category"]) for f in row["detector_findings"]]
        differing += (row["detector_verdict"], row["detector_score"], told) != (report.verdict, report.score, places)
    plain = time.perf_counter() - begin
    injected = sum(row["detector_verdict"] == "injected" for row in rows)
    print(
        f"{len(rows)} rows of {count}, {injected} injected; rows whose verdict, score or findings differ from the plain call: {differing}"
    )
    print(f"Spark local[2] {by_spark:.1f} s ({by_spark / count * 1e3:.2f} ms a row); the plain call, in one process, {plain:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    engines = parser.add_subparsers(dest="engine", required=True)
    scrapy = engines.add_parser("scrapy")
    scrapy.add_argument("--pages", type=int, default=1_000)
    scrapy.add_argument("--latency", type=float, default=0.0)
    scrapy.add_argument("--rounds", type=int, default=3)
    scrapy.add_argument("--calls", action="store_true", help="count calls of functions on the crawl's thread, not time")
    spark = engines.add_parser("spark")
    spark.add_argument("--rows", type=int, default=50_000)
    args = parser.parse_args()
    if args.engine == "scrapy":
        run_scrapy(args.pages, args.latency, 1 if args.calls else args.rounds, args.calls)
    else:
        run_spark(args.rows)


if __name__ == "__main__":
    main()
