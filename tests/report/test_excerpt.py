"""What is shown around a finding: readable, bounded, and in its place."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from detector.report.excerpt import JOINED, LEFT_OUT, NEW_LINE, SPACED, passages
from detector.report.inputs import AuditedInput
from detector.report.report import Block, Finding, Location, Report

Make = Callable[..., AuditedInput]


def shown(audited: AuditedInput, around: int = 200, limit: int = 500) -> list[str]:
    """Each passage as a line, what was found in brackets, breaks as / and |."""
    assert audited.report is not None
    lines = []
    for passage in passages(audited.report, audited.report.findings, around, limit):
        line = "…" * passage.cut_before
        for piece in passage.pieces:
            text = piece.text if piece.finding is None else f"[{piece.text}]"
            line += {JOINED: "", SPACED: "/", NEW_LINE: "|", LEFT_OUT: "~"}[piece.gap] + text
        lines.append(line + "…" * passage.cut_after)
    return lines


def test_markup_is_left_out_and_entities_are_read(page: Make) -> None:
    source = "<p>Fish &amp; <b>chips</b></p><p>⟪buy <a href=x>viagra</a> <a>cialis</a>⟫</p><!-- c > d --><script>if (a<b) run()</script><p>Tea</p>"
    assert shown(page("a", source)) == ["Fish & chips|[buy ]/[viagra]/[cialis]|Tea"]


def test_a_window_that_begins_or_ends_in_a_tag_shows_none_of_it(page: Make) -> None:
    source = '<p>Far</p><a href="https://host.example/a/long/address" title="t">Near ⟪spam⟫ after</a><a href="https://host.example/another">Far</a>'
    for around in range(8, 40):
        assert all("http" not in line and "=" not in line for line in shown(page("a", source), around))


def test_a_word_is_not_cut_in_two(page: Make) -> None:
    assert shown(page("a", "Volunteers carried books ⟪spam⟫ and children looked on"), around=16) == [
        "… carried books [spam] and children …"
    ]


def test_findings_that_are_near_share_a_passage_and_others_do_not(page: Make) -> None:
    far = "<p>" + "quiet words " * 100 + "</p>"
    lines = shown(page("a", f"<p>⟪one⟫ and ⟪two⟫</p>{far}<p>⟪three⟫</p>"), around=30)
    assert len(lines) == 2
    assert lines[0].startswith("[one] and [two]")
    assert lines[1].endswith("[three]")


def test_a_long_finding_is_shown_by_its_two_ends(page: Make) -> None:
    (line,) = shown(page("a", "⟪" + "first " + "x" * 10_000 + " last⟫"), limit=100)
    assert line.startswith("[first x")
    assert "x]~[x" in line
    assert line.endswith(" last]")
    assert len(line) < 120


def test_text_of_a_comment_or_an_attribute_is_shown_whole(page: Make) -> None:
    assert shown(page("a", "<!-- ⟪a > b > c⟫ --><p>x</p>"), around=0) == ["…[a > b > c]…"]
    assert shown(page("a", '<img alt="⟪slots > games⟫"><p>Harbour</p>'))[0].endswith("[slots > games]|Harbour")


def test_only_what_a_visitor_sees_stands_around_a_finding(page: Make) -> None:
    audited = page("a", "<p>Seen.</p><div hidden>Drawer menu</div><p>⟪spam⟫</p>")
    assert audited.report is not None
    source = audited.report.source

    def block(text: str, visibility: str) -> Block:
        return Block(source.index(text), source.index(text) + len(text), text, "line", visibility, 0.0)

    blocks = (block("Seen.", "visible"), block("Drawer menu", "display-none"), block("spam", "visible"))
    report = replace(audited.report, audited=SimpleNamespace(blocks=lambda: blocks))
    assert shown(AuditedInput("a", report, None, 0.0)) == ["Seen.|[spam]"]


@given(st.text(alphabet="<>/!-=\"'& ;#xab\n", max_size=120), st.data())
def test_every_piece_is_its_slice_of_the_source_in_order_and_within_bounds(source: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(source)), max_size=6, unique=True)))
    findings = tuple(
        Finding(start, end, None, None, source[start:end], 1.0, "other", 1.0, "visible", Location(1, 1, ""))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    )
    report = Report("injected", 1.0, findings, source)
    at = 0
    for passage in passages(report, findings, 20, 10):
        for piece in passage.pieces:
            assert piece.start >= at
            assert piece.text == html.unescape(source[piece.start : piece.end])
            assert piece.finding is None or findings[piece.finding].start <= piece.start < piece.end <= findings[piece.finding].end
            at = piece.end
