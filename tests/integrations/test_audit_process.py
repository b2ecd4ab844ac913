"""The process that audits, spoken to by its pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.integrations.audit_process import COMMAND, READY, Frames, Page, framed
from detector.integrations.judgement import judge
from tests.integrations.pages import CLEAN, INFECTED, URL

ROOT = Path(__file__).parents[2]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as started:
        yield started
        started.kill()


def test_it_answers_in_order_what_the_plain_call_says_and_ends_with_its_input(process: subprocess.Popen[bytes]) -> None:
    pages = [
        Page(INFECTED, URL, None, True),
        Page(CLEAN.encode(), URL, "text/html; charset=utf-8", False),
        Page(INFECTED, None, None, False),
    ]
    out, _ = process.communicate(b"".join(map(framed, [{}, *pages])), timeout=120)
    ready, *answers = Frames().values(out)
    assert ready == READY
    assert [judged for judged, _ in answers] == [judge(page.content, page.url, page.content_type, clean=page.clean) for page in pages]
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent there that is not the end")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_signals_that_end_the_crawl_leave_it_to_finish_its_pages(process: subprocess.Popen[bytes], name: str) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(framed({}))
    process.stdin.flush()
    assert process.stdout.read(len(framed(READY))) == framed(READY)
    process.send_signal(getattr(signal, name))
    out, _ = process.communicate(framed(Page(INFECTED, URL, None, False)), timeout=120)
    (answer,) = Frames().values(out)
    assert answer[0]["verdict"] == "injected"
    assert process.returncode == 0


def test_it_ends_quietly_when_the_crawl_is_killed_in_the_middle_of_a_page(process: subprocess.Popen[bytes]) -> None:
    process.communicate(framed({}) + framed(Page(CLEAN, URL, None, False))[:-5], timeout=120)
    assert process.returncode == 0


def test_values_are_put_together_from_pieces_of_any_size() -> None:
    values = [{"a": "b" * 300}, b"", 7]
    sent = b"".join(map(framed, values))
    frames = Frames()
    assert [value for i in range(0, len(sent), 3) for value in frames.values(sent[i : i + 3])] == values
