"""`detector audit --resume FILE`: killed at any moment, a run loses no result and doubles none."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run

_PAGES = 120
_SLOW_STUB = """
import sys, time
from detector.cli import audit, main
from tests.cli.stub import StubAuditor
class Slow(StubAuditor):
    def audit(self, *page):
        time.sleep(0.002)
        return super().audit(*page)
audit.make_auditor = lambda *_: Slow()
if __name__ == "__main__":
    main(sys.argv[1:], prog_name="detector")
"""


def rows(text: str) -> list[dict[str, Any]]:
    """The rows of a JSONL report without the time that each page took."""
    return [json.loads(line) | {"seconds": 0} for line in text.splitlines()]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Many pages in one file: clean, injected, and lines that are no page."""
    path = tmp_path / "pages.jsonl"
    texts = ["<p>Honest.</p>", "<p>Honest &amp; ⟪casino\u2028online⟫</p>", None]
    path.write_text("".join(json.dumps({"text": texts[n % 3] and texts[n % 3] + str(n)}) + "\n" for n in range(_PAGES)), "utf-8")
    return path


def test_killed_ten_times_at_random_it_gives_the_same_results(run: Run, table: Path, tmp_path: Path) -> None:
    whole = rows(run("audit", table, "--format", "jsonl").stdout)
    program, state, report = tmp_path / "slow.py", tmp_path / "state", tmp_path / "report.jsonl"
    program.write_text(_SLOW_STUB, "utf-8")
    chance = random.Random(6)
    command = [sys.executable, str(program), "audit", str(table), "--resume", str(state), "--format", f"jsonl={report}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = 0
    for number in range(10):
        size = state.stat().st_size if state.exists() else 0
        process = subprocess.Popen(command + ["--jobs", "2"] * (number == 4), env=environment, stderr=subprocess.DEVNULL)
        grown = chance.randrange(1, 2500)  # bytes, so that the kill may fall before the first row or into any one
        while process.poll() is None and (not state.exists() or state.stat().st_size < size + grown):
            time.sleep(0.001)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert killed == 10
    subprocess.run(command, env=environment, check=False)
    assert rows(report.read_text("utf-8")) == whole


def test_every_format_of_a_resumed_run_is_that_of_a_whole_run(run: Run, table: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    run("audit", table, "--resume", state)
    state.write_bytes(state.read_bytes()[: state.stat().st_size * 2 // 3])  # as a kill leaves it, in the middle of a row
    for name in ("json", "csv", "sarif"):
        resumed, whole = (run("audit", table, "--format", name, *more).stdout for more in (("--resume", state), ()))
        assert _without_seconds(resumed) == _without_seconds(whole)


def _without_seconds(text: str) -> list[str]:
    return [line for line in text.splitlines() if '"seconds"' not in line]


def test_what_the_file_holds_is_not_audited_again(run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    run("audit", pages, "--resume", state)
    monkeypatch.setattr("tests.cli.stub.StubAuditor.audit", lambda *_: pytest.fail("audited again"))
    assert run("audit", pages, "--resume", state).exit_code == 1


@pytest.mark.parametrize(
    "change, named",
    [
        (lambda pages: (["--max-bytes", "1000"], None), "another sources"),
        (lambda pages: (["--no-robots"], None), "another sources"),
        (lambda pages: ([str(pages / "a-injected.html")], None), "another inputs"),
        (lambda pages: ([], (pages / "a-injected.html").write_text("other", "utf-8")), "a-injected.html has changed"),
        (lambda pages: ([], (pages / "0-new.html").write_text("new", "utf-8")), "there is now"),
        (lambda pages: ([], (pages / "c-clean.html").unlink()), "the inputs end before"),
    ],
)
def test_another_run_is_refused_and_the_difference_named(run: Run, pages: Path, tmp_path: Path, change: Any, named: str) -> None:
    state = tmp_path / "state"
    run("audit", pages, "--resume", state)
    before = state.read_bytes()
    more, _ = change(pages)
    result = run("audit", pages, "--resume", state, *more)
    assert result.exit_code == 2
    assert named in result.stderr and str(state) in result.stderr
    assert state.read_bytes() == before


def test_another_model_is_refused(run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, report = tmp_path / "state", tmp_path / "report.csv"
    run("audit", pages, "--resume", state, "--format", f"csv={report}")
    before = report.read_text("utf-8")
    monkeypatch.setattr("tests.cli.stub.StubAuditor.settings", {"model": "another"})
    result = run("audit", pages, "--resume", state, "--format", f"csv={report}")
    assert result.exit_code == 2
    assert 'another model: "stub" there, "another" here' in result.stderr
    assert report.read_text("utf-8") == before


@pytest.mark.parametrize("content", ["<html>a page of mine</html>\n", "a line without an end", '{"format": "other"}\n'])
def test_a_file_that_is_something_else_is_left_as_it_is(run: Run, pages: Path, tmp_path: Path, content: str) -> None:
    state = tmp_path / "state"
    state.write_text(content, "utf-8")
    result = run("audit", pages, "--resume", state)
    assert result.exit_code == 2
    assert "no file made by --resume" in result.stderr
    assert state.read_text("utf-8") == content


def test_a_damaged_row_is_named(run: Run, pages: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    run("audit", pages, "--resume", state)
    lines = state.read_bytes().splitlines(keepends=True)
    state.write_bytes(b"".join([lines[0], b"{}\n", *lines[2:]]))
    result = run("audit", pages, "--resume", state)
    assert result.exit_code == 2
    assert "line 2 is damaged" in result.stderr


def test_two_runs_do_not_write_one_file(run: Run, pages: Path, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    state = tmp_path / "state"
    with open(state, "ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        result = run("audit", pages, "--resume", state)
    assert result.exit_code == 2
    assert "another run" in result.stderr


def test_standard_input_cannot_be_resumed(run: Run, tmp_path: Path) -> None:
    result = run("audit", "-", "--resume", tmp_path / "state", input=b"")
    assert result.exit_code == 2
    assert "standard input" in result.stderr


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """A site of four pages that link in a row, and the paths that were asked for."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            number = self.path.strip("/") or "0"
            self.send_response(200 if number in "0123" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if number in "0123":
                self.wfile.write(f'<p>⟪casino {number}⟫</p><a href="/{int(number) + 1}">on</a>'.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


def test_pages_from_the_web_are_not_fetched_twice(run: Run, site: tuple[str, list[str]], tmp_path: Path) -> None:
    url, asked = site
    state = tmp_path / "state"
    arguments = ["audit", url, "--crawl", "10", "--allow-private", "--format", "jsonl", "--resume", state]
    whole = rows(run(*arguments).stdout)
    assert len(whole) == 5  # four pages, and the link that leads nowhere
    lines = state.read_bytes().splitlines(keepends=True)
    state.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    asked.clear()
    assert rows(run(*arguments).stdout) == whole
    assert [path for path in asked if path != "/robots.txt"] == ["/2", "/3", "/4"]
