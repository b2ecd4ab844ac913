"""What holds for every page there is, however broken: `benchmarks.hostile.check` says it, and the fuzzers hold millions of pages to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import detector
from benchmarks.hostile import CODECS, CONTENT_TYPES, PIECES, URLS, Input, check, check_segments, hostile_input
from detector.auditor import Auditor
from detector.page import markup

SCHEMA = json.loads((Path(detector.__file__).parent / "report" / "schema.json").read_text())
VALIDATOR = Draft202012Validator({"$ref": "#/$defs/report", "$defs": SCHEMA["$defs"]} if "report" in SCHEMA.get("$defs", {}) else SCHEMA)

EAGER = Auditor(threshold=-8.9)  # finds something on nearly every page
SHIPPED = Auditor()

# Pieces of broken markup among any characters, lone surrogates included; attributes of any length.
letters = st.text(st.characters(exclude_categories=()), max_size=8)
gigantic = st.builds(
    lambda name, value, count: f'<p {name}="{value * count}',
    st.sampled_from(["style", "class", "data-x", "title", "href"]),
    letters,
    st.integers(1, 3000),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), letters), max_size=40).map("".join)
pages = st.one_of(
    texts, st.builds(lambda a, b, c: a + b + c, texts, gigantic, texts), st.integers(0, 2**40).map(lambda seed: hostile_input(seed).content)
)


def _as_bytes(page: bytes | str, codec: str, cut: int) -> bytes:
    data = (
        page
        if isinstance(page, bytes)
        else page.encode(codec, "replace")
        if codec not in ("utf-7",)
        else page.encode("utf-8", "replace").decode().encode(codec)
    )
    return data[: len(data) - cut]


contents = st.one_of(pages, st.binary(max_size=300), st.builds(_as_bytes, pages, st.sampled_from(CODECS), st.integers(0, 3)))
urls = st.one_of(st.sampled_from(URLS), letters)
types = st.one_of(st.sampled_from(CONTENT_TYPES), letters)


class TestAnyContent:
    @settings(max_examples=40, deadline=None)
    @given(contents, urls, types)
    def test_gives_a_report_that_keeps_every_promise(self, content: bytes | str, url: str | None, content_type: str | None) -> None:
        check(EAGER, Input(content, url, content_type), VALIDATOR.validate)

    @settings(max_examples=30, deadline=None)
    @given(contents, urls, types)
    def test_gives_one_with_the_shipped_threshold_too(self, content: bytes | str, url: str | None, content_type: str | None) -> None:
        check(SHIPPED, Input(content, url, content_type), VALIDATOR.validate)

    @settings(max_examples=20, deadline=None)
    @given(contents, types)
    def test_is_cut_into_tokens_in_order_within_their_blocks(self, content: bytes | str, content_type: str | None) -> None:
        check_segments(Input(content, None, content_type))

    @settings(max_examples=40, deadline=None)
    @given(texts)
    def test_as_text_and_as_bytes_is_found_the_same(self, text: str) -> None:
        text = text.encode("utf-8", "replace").decode()
        content = text.encode()
        report = EAGER.audit(content, None, "text/html; charset=utf-8")
        if report.source != text:  # a byte order mark is no text, a declared charset may be believed
            return
        same = EAGER.audit(text, None, "text/html; charset=utf-8")
        assert [(f.start, f.end, f.probability) for f in report.findings] == [(f.start, f.end, f.probability) for f in same.findings]
        for f in report.findings:
            assert content[f.byte_start : f.byte_end].decode() == text[f.start : f.end]

    @settings(max_examples=40, deadline=None)
    @given(contents)
    def test_is_cleaned_until_nothing_is_found_in_few_rounds_each_of_which_cuts(self, content: bytes | str) -> None:
        """What is left after a cut is another page: it may have findings of its own, and then says so."""
        cleaned = SHIPPED.clean(content)
        again = SHIPPED.clean(cleaned)
        assert again == cleaned or (SHIPPED.audit(cleaned).findings and len(again) < len(cleaned))

    @settings(max_examples=15, deadline=None)
    @given(st.lists(contents, max_size=5))
    def test_of_many_pages_comes_back_in_order(self, many: list[bytes | str]) -> None:
        assert [r.to_dict() for r in SHIPPED.audit_many(iter(many))] == [SHIPPED.audit(c).to_dict() for c in many]


@pytest.mark.parametrize("first", range(0, 30, 15))
def test_pages_of_the_fuzzer_keep_every_promise_by_both_paths(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = [check(EAGER, hostile_input(seed), VALIDATOR.validate) for seed in range(first, first + 15)]
    monkeypatch.setattr(markup, "kernels", None)
    assert [check(EAGER, hostile_input(seed)) for seed in range(first, first + 15)] == compiled
