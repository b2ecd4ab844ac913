"""The text report: place, excerpt, hiding, category, reasons, and a last line."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from detector.report.inputs import AuditedInput
from detector.report.renderers import render
from detector.report.renderers.text import TextRenderer

Make = Callable[..., AuditedInput]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def text_of(*inputs: AuditedInput) -> str:
    out = io.StringIO()
    render("text", inputs, out)
    return out.getvalue()


def test_a_finding_is_shown_with_its_place_its_surroundings_and_why(page: Make) -> None:
    marked = "<html><body>\n<p>The ferry leaves at nine.</p>\n<p>⟪casino bonus|slots online⟫</p><p>Tickets on board.</p></body></html>"
    assert text_of(page("docs/ferry.html", marked, visibility="off-screen")).splitlines() == [
        "docs/ferry.html  injected  score 0.998",
        "  docs/ferry.html:3:4  html > body > p",
        "    The ferry leaves at nine. [[casino bonus|slots online]] Tickets on board.",
        "    gambling 0.999  hidden: off-screen",
        "    why   +3.1  Short phrases with one separator and no sentence around them.",
        "          +1.4  Simplified Chinese on a page in Traditional Chinese.",
        "",
        "1 page audited, 1 injected, 1 finding, 0.0 s",
    ]


def test_clean_and_unreadable_pages_are_only_counted(page: Make, unreadable: Make) -> None:
    lines = text_of(page("a", "quiet"), page("b", "quiet"), unreadable("c", "no such file")).splitlines()
    assert lines == ["3 pages audited, 2 clean, 1 could not be read, 0.0 s"]


def test_a_clean_page_that_was_not_audited_to_its_end_is_named(page: Make) -> None:
    audited = page("a.html", "quiet")
    assert audited.report is not None
    text = text_of(replace(audited, report=replace(audited.report, limits=("max-chars",))))
    assert text.startswith("a.html  clean  score 0.001\n  stopped at a limit: max-chars\n")


def test_a_run_of_nothing_says_so() -> None:
    assert text_of() == "0 pages audited, 0.0 s\n"


def test_it_speaks_chinese_where_the_locale_does(page: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    text = text_of(page("a", "⟪x⟫", visibility="zero-font"))
    assert "短语以同一分隔符相连，不成句子。" in text
    assert "赌博 0.999  隐藏方式：零字号" in text
    assert text.endswith("共审查 1 个页面，1 已被注入，发现 1 处，0.0 秒\n")


def test_nothing_of_a_page_or_its_name_acts_on_the_terminal(page: Make, unreadable: Make) -> None:
    attack = "\x1b]0;owned\x07\x1b[2J\u202etxet\u2066\x9b31m\x00\r\x08"
    hostile = page(f"dir/{attack}", f"<p>{attack}</p>⟪{attack} spam⟫{attack}", visibility=attack, category=attack)
    text = text_of(hostile, unreadable(attack, attack))
    assert "spam" in text
    assert [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x2069)] == []


def test_a_line_of_output_is_bounded_however_long_the_finding(page: Make) -> None:
    text = text_of(page("a", "x " * 50_000 + "⟪" + "spam " * 50_000 + "⟫" + "y " * 50_000))
    assert max(map(len, text.splitlines())) < 500


def test_many_findings_are_cut_off_with_their_number(page: Make) -> None:
    text = text_of(page("a", "⟪x⟫ " * 57))
    assert text.count("a:1:") == 50
    assert "… and 7 more findings" in text


def test_colour_marks_what_was_found_and_leaves_the_words_the_same(page: Make) -> None:
    out = io.StringIO()
    renderer = TextRenderer(out, colour=True)
    renderer.write(page("a.html", "<p>Quiet. ⟪spam [bold]phrase[/bold]⟫ more</p>"))
    renderer.close()
    assert "\x1b[1;4;31mspam [bold]phrase[/bold]\x1b[0m" in out.getvalue()
    assert "[[" not in out.getvalue()


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_and_those_who_ask(
    terminal: bool, environment: dict[str, str], coloured: bool, page: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: terminal)
    render("text", [page("a", "⟪x⟫")], out)
    assert ("\x1b[" in out.getvalue()) is coloured


def test_a_stream_that_cannot_write_chinese_gets_escapes(page: Make) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1")
    render("text", [page("页.html", "⟪赌场⟫")], out)
    out.flush()
    assert b"[[\\u8d4c\\u573a]]" in raw.getvalue()


def test_rich_and_jinja_are_imported_only_where_they_are_needed() -> None:
    program = (
        "import io, sys; from detector.report.renderers import render; render('text', [], io.StringIO());"
        "print([m for m in ('rich', 'jinja2', 'numpy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
