"""Where a page sends its visitors by itself."""

from __future__ import annotations

import pytest

from detector.page.redirects import redirects


@pytest.mark.parametrize(
    "statement",
    [
        "location.href = 'https://casino.example/a'",
        'window.location="//www.casino.example"',
        "top.location.replace('http://casino.example/?x=1')",
        r"location.assign('https:\/\/casino.example\/')",
        '<meta http-equiv="refresh" content="0;url=https://casino.example/">',
    ],
)
def test_a_redirect_to_a_named_host_is_found_where_it_stands(statement: str) -> None:
    source = f"<p>A page.</p><script>{statement};</script>"
    [found] = redirects(source)
    assert found.host == "casino.example"
    assert source[found.start : found.end] in statement and "casino.example" in source[found.start : found.end]


@pytest.mark.parametrize(
    "source",
    [
        "location.href = '/next'",
        "if (location.href == 'https://a.example/') x()",
        "var myLocation = 'https://a.example'",
        "a.href='//a.example'",
    ],
)
def test_own_paths_comparisons_and_links_are_none(source: str) -> None:
    assert list(redirects(source)) == []
