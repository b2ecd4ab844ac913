"""Clean first, then extract."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.pages import CLEAN, INFECTED, URL

trafilatura = pytest.importorskip("trafilatura", reason="Trafilatura is not installed: pip install 'detector[trafilatura]'")

from detector.integrations.trafilatura import extract  # noqa: E402

ADVERT = "<p>开云体育|九游会|金沙娱乐城|澳门新葡京|威尼斯人|真人百家乐|彩票平台|捕鱼游戏|时时彩|老虎机</p>"


class Attentive:
    """Finds the advert: how much a model finds is measured elsewhere."""

    def clean(self, content: Any, url: str | None = None) -> Any:
        return content.replace(ADVERT if isinstance(content, str) else ADVERT.encode(), content[:0])


@pytest.mark.parametrize("encode", [str, str.encode], ids=["text", "bytes"])
def test_spam_between_paragraphs_does_not_reach_the_text_and_the_rest_does(encode: type) -> None:
    first = CLEAN.index("</p>") + 4
    page = CLEAN[:first] + ADVERT + CLEAN[first:]
    assert "百家乐" in trafilatura.extract(page)
    assert extract(encode(page), URL, auditor=Attentive(), include_comments=False) == trafilatura.extract(CLEAN, include_comments=False)


def test_options_are_passed_on_and_an_empty_page_gives_none() -> None:
    assert extract("") is None
    assert "<doc" in (extract(INFECTED, output_format="xml") or "")
