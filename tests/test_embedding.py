"""The library inside somebody else's process: threads, forks, spawned processes, event loops; silent, and nothing global changed."""

from __future__ import annotations

import asyncio
import functools
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import detector
from detector.auditor import Auditor

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "examples"
INFECTED = (EXAMPLES / "infected-article.html").read_text(encoding="utf-8")
CLEAN = (EXAMPLES / "clean-article.html").read_text(encoding="utf-8")
MIXED = [INFECTED, CLEAN, INFECTED.encode(), "<p>我来到北京清华大学</p>" * 40, b"\xff\xfe\x00", ""] * 4

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def judgement(page: str | bytes) -> tuple[object, ...]:
    report = detector.audit(page)
    return report.verdict, report.score, report.findings, report.text, detector.clean(page)


def words(page: str) -> list[str]:
    return [token.text for token in detector.segment(page).tokens]


def test_threads_give_what_one_thread_gives() -> None:
    expected = [judgement(page) for page in MIXED]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(judgement, MIXED)) == expected


def test_threads_that_come_first_together_get_the_same_words() -> None:
    program = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
import detector
together = threading.Barrier(6)
def words(_):
    together.wait()
    return [token.text for token in detector.segment("<p>我来到北京清华大学</p>").tokens]
with ThreadPoolExecutor(6) as threads:
    found = list(threads.map(words, range(6)))
assert found == [["我", "来到", "北京", "清华大学"]] * 6, found
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=120)


@pytest.mark.parametrize("method", [pytest.param("fork", marks=needs_fork), "spawn"])
def test_processes_give_what_one_process_gives(method: str) -> None:
    expected = [judgement(page) for page in MIXED[:6]]
    assert words(CLEAN)  # the parent has all loaded that a fork would copy
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as processes:
        assert list(processes.map(judgement, MIXED[:6])) == expected
        assert processes.submit(words, CLEAN).result() == words(CLEAN)


@needs_fork
def test_a_child_forked_while_the_words_are_being_loaded_loads_them_itself() -> None:
    from detector.segmentation import chinese

    with chinese._building:  # as another thread would hold it
        child = os.fork()
        if child == 0:
            free = chinese._building.acquire(timeout=5)
            os._exit(0 if free else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_no_property_takes_a_lock_that_a_fork_could_leave_held() -> None:
    for page in MIXED[:6]:
        judgement(page)
    locked = [
        f"{cls.__module__}.{cls.__qualname__}.{name}"
        for module in [m for n, m in sys.modules.items() if n.startswith("detector.")]
        for cls in vars(module).values()
        if isinstance(cls, type)
        for name, value in vars(cls).items()
        if isinstance(value, functools.cached_property)
    ]
    assert locked == []


def test_an_auditor_and_its_reports_can_be_pickled_and_keep_their_settings() -> None:
    auditor = Auditor(false_alarm_rate=1e-2, max_chars=1_000)
    again = pickle.loads(pickle.dumps(auditor))
    assert (again.false_alarm_rate, again.max_chars) == (1e-2, 1_000)
    report = detector.audit(INFECTED)
    copied = pickle.loads(pickle.dumps(report))
    assert copied == report
    assert (copied.text, copied.blocks) == (report.text, report.blocks)
    assert len(pickle.dumps(auditor)) < 1_000  # the model is read anew, not sent


def test_an_event_loop_stays_free_while_a_thread_audits() -> None:
    async def audit_beside_the_loop() -> tuple[list[str], int]:
        beats = 0

        async def heart() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        beating = asyncio.create_task(heart())
        reports = await asyncio.gather(*(asyncio.to_thread(detector.audit, page) for page in (INFECTED, CLEAN, INFECTED)))
        beating.cancel()
        return [report.verdict for report in reports], beats

    verdicts, beats = asyncio.run(audit_beside_the_loop())
    assert verdicts == ["injected", "clean", "injected"]
    assert beats > 3


def test_audit_many_draws_a_page_only_when_its_report_is_asked_for_and_can_be_left_early() -> None:
    drawn = []

    def pages():  # type: ignore[no-untyped-def]
        for page in (CLEAN, INFECTED, CLEAN):
            drawn.append(page)
            yield page

    reports = Auditor().audit_many(pages())
    assert drawn == []
    assert next(reports).verdict == "clean"
    assert len(drawn) == 1
    reports.close()  # type: ignore[attr-defined]


STATE = """
import decimal, gc, json, locale, logging, os, random, resource, signal, sys, threading, warnings
import numpy as np
{before}
def state():
    return {{
        "cwd": os.getcwd(),
        "environment": dict(os.environ),
        "recursion": sys.getrecursionlimit(),
        "switch interval": sys.getswitchinterval(),
        "stdout": id(sys.stdout), "stderr": id(sys.stderr), "excepthook": id(sys.excepthook),
        "signals": [str(signal.getsignal(s)) for s in signal.valid_signals()],
        "warnings": [str(f) for f in warnings.filters],
        "root logger": [logging.getLogger().level, len(logging.getLogger().handlers), logging.root.manager.disable],
        "jieba's logger": logging.getLogger("jieba").level if "jieba" in sys.modules else logging.DEBUG,  # what its import sets
        "numpy errors": np.geterr(), "numpy print": np.get_printoptions(), "numpy random": str(np.random.get_state()[1][:9]),
        "random": str(random.getstate())[:200],
        "locale": locale.setlocale(locale.LC_ALL), "gc": [gc.isenabled(), gc.get_threshold()], "decimal": str(decimal.getcontext()),
        "threads": threading.active_count(),
        "limits": resource.getrlimit(resource.RLIMIT_NOFILE),
        "open files": len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0,
        "temporary": sorted(os.listdir(os.environ["TMPDIR"])),
    }}
before = state()
import detector
pages = [open(p, encoding="utf-8").read() for p in sys.argv[1:]] + ["<p>\\ud800<b>" * 50, "a|b|" * 5000, ""]
for page in pages:
    for content in (page, page.encode("utf-8", "replace")):
        report = detector.audit(content, url="https://a.example/")
        report.to_dict(), report.text, report.blocks
        detector.clean(content)
        detector.segment(content)
after = state()
{after}
json.dump({{k: [before[k], after[k]] for k in before if before[k] != after[k]}}, open(os.path.join(os.environ["OUT"], "changed"), "w"))
"""


@pytest.mark.parametrize(
    "before, after",
    [("", ""), ("import jieba; jieba.setLogLevel(37)", 'assert not jieba.dt.initialized; assert "清华大学" not in jieba.dt.FREQ')],
    ids=["alone", "beside another user of jieba"],
)
def test_nothing_global_is_changed_and_nothing_is_printed(tmp_path: Path, before: str, after: str) -> None:
    pytest.importorskip("resource", reason="this system has no resource limits to look at")
    (tmp_path / "tmp").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp"), "OUT": str(tmp_path), "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        [sys.executable, "-c", STATE.format(before=before, after=after), *map(str, sorted(EXAMPLES.glob("*.html")))],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=120,
    )
    complaints = [line for line in done.stderr.splitlines() if "ResourceWarning" not in line and "open(p" not in line]
    assert (done.returncode, done.stdout, [line for line in complaints if "<string>" not in line and "tracemalloc" not in line]) == (
        0,
        "",
        [],
    )
    assert json.loads((tmp_path / "changed").read_text()) == {}


def test_no_thread_is_left_running() -> None:
    before = threading.active_count()
    list(Auditor().audit_many(MIXED[:3]))
    assert threading.active_count() == before


def test_importing_detector_imports_no_engine() -> None:
    engines = (
        "scrapy",
        "twisted",
        "pyspark",
        "ray",
        "datatrove",
        "datasets",
        "trafilatura",
        "starlette",
        "uvicorn",
        "prometheus_client",
        "pyarrow",
    )
    program = f"import sys, detector, detector.integrations, detector.auditor; detector.audit('<p>x'); print([n for n in {engines!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
