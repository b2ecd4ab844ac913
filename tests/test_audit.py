"""The promise of the library: exact findings, text kept, nothing raised, the same in threads and processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detector
from detector.auditor import Auditor

EXAMPLES = Path(__file__).parent / "examples"
INFECTED = (EXAMPLES / "infected-article.html").read_text(encoding="utf-8")
CLEAN = (EXAMPLES / "clean-article.html").read_text(encoding="utf-8")


def test_the_dump_of_the_example_is_one_finding_and_nothing_else_is() -> None:
    report = detector.audit(INFECTED)
    assert report.verdict == "injected"
    assert len(report.findings) == 1
    finding = report.findings[0]
    assert INFECTED[finding.start : finding.end].count("|") > 5
    assert finding.reasons and finding.location.line > 1


def test_the_clean_example_is_clean_and_left_as_it_is() -> None:
    report = detector.audit(CLEAN)
    assert report.verdict == "clean"
    assert report.findings == ()
    assert detector.clean(CLEAN) is CLEAN


def test_bytes_and_text_agree_and_byte_offsets_point_at_the_same_place() -> None:
    content = INFECTED.encode()
    a, b = detector.audit(INFECTED), detector.audit(content)
    assert [(f.start, f.end) for f in a.findings] == [(f.start, f.end) for f in b.findings]
    for f in b.findings:
        assert content[f.byte_start : f.byte_end].decode() == INFECTED[f.start : f.end]


def test_clean_takes_out_the_findings_and_nothing_else() -> None:
    cleaned = detector.clean(INFECTED)
    report = detector.audit(INFECTED)
    left = INFECTED
    for f in reversed(report.findings):
        left = left[: f.start] + left[f.end :]
    assert cleaned == left
    assert detector.clean(INFECTED.encode()) == cleaned.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "",
        b"\x00\xff\xfe" * 100,
        "<div>" * 200_000,
        "<p>unclosed <b>tags",
        "\ud800 lone",
        "a" * 100_000,
        "|" * 50_000,
        "&#x110000;" * 100,
        b"\xef\xbb\xbf<p>bom</p>",
    ],
)
def test_nasty_content_gives_a_report(content: bytes | str) -> None:
    report = detector.audit(content)
    assert report.verdict in ("clean", "suspicious", "injected")
    assert report.blocks is not None and report.text is not None


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
def test_any_content_gives_findings_inside_the_source(content: str | bytes) -> None:
    report = detector.audit(content)
    for f in report.findings:
        assert 0 <= f.start < f.end <= len(report.source)
    assert type(detector.clean(content)) is type(content)


def test_a_page_over_the_limit_is_read_in_part_and_says_so() -> None:
    report = Auditor(max_chars=100).audit(INFECTED)
    assert report.limits == ("max-chars",)
    assert len(report.source) == 100


def _verdict(auditor: Auditor) -> tuple[str, int]:
    report = auditor.audit(INFECTED)
    return report.verdict, len(report.findings)


def test_one_auditor_serves_threads_and_processes() -> None:
    auditor = Auditor()
    expected = _verdict(auditor)
    assert _verdict(pickle.loads(pickle.dumps(auditor))) == expected
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(_verdict, [auditor] * 12)) == {expected}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert processes.submit(_verdict, auditor).result() == expected


def test_audit_many_is_lazy_and_keeps_order() -> None:
    verdicts = [r.verdict for r in Auditor().audit_many(iter([CLEAN, INFECTED, CLEAN]))]
    assert verdicts == ["clean", "injected", "clean"]


def test_importing_and_auditing_needs_neither_scikit_learn_nor_jieba() -> None:
    code = "import sys, detector; assert 'numpy' not in sys.modules; detector.audit('<p>hello</p>'); assert not {'sklearn', 'jieba', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("rate", [0, 1, -0.1, 2])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="false_alarm_rate"):
        Auditor(false_alarm_rate=rate)
