"""The diff of cleaning, held to the program that reads diffs."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.report.diff import unified_diff, write_diff


def cut(text: str, cuts: list[tuple[int, int]]) -> str:
    gone = {at for start, end in cuts for at in range(start, end)}
    return "".join(c for at, c in enumerate(text) if at not in gone)


def test_it_reads_like_a_diff() -> None:
    text = "one\ntwo\nthree\nfour spam here\nfive\nsix\nseven\neight\n"
    start = text.index(" spam")
    assert "".join(unified_diff(text, [(start, start + 5)], "page.html")) == (
        "--- page.html\n+++ page.html\n@@ -1,7 +1,7 @@\n one\n two\n three\n-four spam here\n+four here\n five\n six\n seven\n"
    )


def test_nothing_is_written_where_nothing_is_cut() -> None:
    assert list(unified_diff("text\n", [], "a")) == []
    assert list(unified_diff("text\n", [(2, 2)], "a")) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet="ab\n\r\x1b赌", max_size=60),
    ranges=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6),
)
def test_patch_makes_the_cleaned_page_of_the_original(text: str, ranges: list[tuple[int, int]], tmp_path: Path) -> None:
    cuts = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in ranges]
    page = tmp_path / "page"
    page.write_bytes(text.encode())
    diff = "".join(unified_diff(text, cuts, "page", context=1))
    if diff:
        subprocess.run(["patch", "--binary", "--quiet", str(page)], input=diff.encode(), check=True, cwd=tmp_path)
    cleaned = page.read_bytes().decode() if page.exists() else ""  # patch removes a file that becomes empty
    assert cleaned == cut(text, cuts)


def test_two_long_hostile_pages_take_no_time() -> None:
    text = "a\n" * 200_000
    cuts = [(at, at + 1) for at in range(0, len(text), 4)]
    assert sum(1 for _ in unified_diff(text, cuts, "a")) > 200_000


def test_a_file_gets_the_bytes_and_a_terminal_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = "keep \x1b[2J cut\r\n"
    out = io.StringIO(newline="")
    write_diff(text, [(9, 13)], "a", out)
    assert "-keep \x1b[2J cut\r\n" in out.getvalue()
    shown = io.StringIO(newline="")
    monkeypatch.setattr(shown, "isatty", lambda: True)
    write_diff(text, [(9, 13)], "a\x1b", shown)
    assert "\x1b" not in shown.getvalue()
    assert "-keep \\x1b[2J cut\\x0d\n" in shown.getvalue()
