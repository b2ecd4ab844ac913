"""What scripts hide, without running them."""

from __future__ import annotations

import pytest

from detector.page.markup import read_markup
from detector.page.scripts import hidden_by_scripts


def test_what_is_hidden_is_told_as_a_style_sheet() -> None:
    source = "<script>document.getElementById('a.b').style.display = 'none'</script>"
    assert hidden_by_scripts(source, read_markup(source)) == [r"#a\.b{display:none!important}"]


@pytest.mark.parametrize(
    "script", ["'" * 50_000, '"+' * 50_000, "{" * 50_000, "document.write(" * 20_000, "unescape('%" * 20_000, "$('" * 50_000]
)
def test_malformed_scripts_are_read_in_bounded_time(script: str) -> None:
    source = f"<script>{script}</script>"
    markup = read_markup(source)
    assert hidden_by_scripts(source, markup) == []
